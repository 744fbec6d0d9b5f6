//! What the world does after deployment
