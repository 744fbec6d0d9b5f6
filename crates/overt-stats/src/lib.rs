//! Estimators, exact intervals, ROC, bootstrap
