//! Refuses templates that put values into values without end.
//!
//! The engine's budget counts steps and bytes, but comparing or printing a list that holds itself twice, sixty
//! levels deep, is one step. So the template is read first: how large may a value become that is put together
//! of other values? What only gets longer is left to the budget.

use super::source;
use crate::Error;
use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt};
use minijinja::machinery::parse;
use std::collections::BTreeMap;

/// The largest value that a template may put together, in parts; what a chat holds counts as one part.
const LARGEST: u64 = 100_000;
/// How much longer a repetition may make a list, as it is counted here.
const REPEATED: u64 = 1_000;

/// Reads a source whose blocks are plain.
///
/// # Errors
/// A source that is damaged, or that puts too much together.
pub(super) fn check(plain: &str) -> Result<(), Error> {
    let tree =
        parse(plain, "template", source::syntax()?).map_err(|error| source::failed(&error))?;
    let mut sizes = Sizes::default();
    loop {
        let known = sizes.0.clone();
        sizes.statement(&tree);
        if sizes.0.values().any(|size| *size > LARGEST) {
            let why = "it puts values into values without end".to_owned();
            return Err(Error::ChatTemplate { why });
        }
        if sizes.0 == known {
            return Ok(());
        }
    }
}

/// The largest that each name may be.
#[derive(Default)]
struct Sizes(BTreeMap<String, u64>);

impl Sizes {
    fn body(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(template) => self.body(&template.children),
            Stmt::EmitExpr(emitted) => drop(self.inline(&emitted.expr)),
            Stmt::ForLoop(over) => {
                let size = self.inline(&over.iter);
                self.set(&over.target, size);
                if let Some(filter) = &over.filter_expr {
                    self.inline(filter);
                }
                self.body(&over.body);
                self.body(&over.else_body);
            }
            Stmt::IfCond(branch) => {
                self.inline(&branch.expr);
                self.body(&branch.true_body);
                self.body(&branch.false_body);
            }
            Stmt::WithBlock(with) => {
                for (target, value) in &with.assignments {
                    let size = self.inline(value);
                    self.set(target, size);
                }
                self.body(&with.body);
            }
            Stmt::Set(set) => {
                if let (Expr::Var(space), Expr::Call(call)) = (&set.target, &set.expr) {
                    for arg in &call.args {
                        if let CallArg::Kwarg(name, value) = arg {
                            let size = self.size(value);
                            self.grow(&format!("{}.{name}", space.id), size);
                        }
                    }
                }
                let size = self.inline(&set.expr);
                self.set(&set.target, size);
            }
            Stmt::SetBlock(set) => {
                self.set(&set.target, 1);
                self.body(&set.body);
            }
            Stmt::AutoEscape(block) => self.body(&block.body),
            Stmt::FilterBlock(block) => self.body(&block.body),
            Stmt::Macro(declared) => {
                for default in &declared.defaults {
                    let size = self.inline(default);
                    for arg in &declared.args {
                        self.set(arg, size);
                    }
                }
                self.body(&declared.body);
            }
            Stmt::CallBlock(block) => {
                self.arguments(&block.call.args);
                self.body(&block.macro_decl.body);
            }
            Stmt::Do(act) => drop(self.arguments(&act.call.args)),
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
        }
    }

    fn set(&mut self, target: &Expr<'_>, size: u64) {
        match target {
            Expr::List(targets) => {
                for target in &targets.items {
                    self.set(target, size);
                }
            }
            Expr::Tuple(targets) => {
                for target in &targets.items {
                    self.set(target, size);
                }
            }
            Expr::Var(var) => self.grow(var.id, size),
            // A namespace holds all of its own.
            Expr::GetAttr(get) => {
                let name = match &get.expr {
                    Expr::Var(space) => {
                        self.grow(space.id, size);
                        format!("{}.{}", space.id, get.name)
                    }
                    _ => get.name.to_owned(),
                };
                self.grow(&name, size);
            }
            _ => {}
        }
    }

    fn grow(&mut self, name: &str, size: u64) {
        let known = self.0.entry(name.to_owned()).or_insert(1);
        *known = size.max(*known);
    }

    /// How large an expression may be; one that is never named counts as the name "".
    fn inline(&mut self, expression: &Expr<'_>) -> u64 {
        let size = self.size(expression);
        self.grow("", size);
        size
    }

    fn sum<'a, 'b: 'a>(&mut self, items: impl Iterator<Item = &'a Expr<'b>>) -> u64 {
        items.fold(1, |sum, item| self.size(item).saturating_add(sum))
    }

    /// The sum of what is given to a call; macros get to know it too.
    fn arguments(&mut self, args: &[CallArg<'_>]) -> u64 {
        args.iter().fold(1, |sum: u64, arg| {
            let (CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value)) = arg;
            sum.saturating_add(self.size(value))
        })
    }

    fn size(&mut self, expression: &Expr<'_>) -> u64 {
        match expression {
            Expr::Var(var) => self.0.get(var.id).copied().unwrap_or(1),
            Expr::Const(_) | Expr::Test(_) => 1,
            Expr::Slice(slice) => self.size(&slice.expr),
            Expr::UnaryOp(unary) => self.size(&unary.expr).min(1),
            Expr::BinOp(op) => {
                let (left, right) = (self.size(&op.left), self.size(&op.right));
                match op.op {
                    // Where neither is put together of others, the budget pays for the length.
                    BinOpKind::Mul if left.max(right) > 1 => {
                        left.max(right).saturating_mul(REPEATED)
                    }
                    BinOpKind::Add | BinOpKind::ScAnd | BinOpKind::ScOr => left.max(right),
                    _ => 1,
                }
            }
            Expr::Compare(chain) => {
                self.size(&chain.expr);
                for op in &chain.ops {
                    self.size(&op.expr);
                }
                1
            }
            Expr::IfExpr(choice) => {
                let other = choice.false_expr.as_ref().map_or(1, |other| self.size(other));
                self.size(&choice.true_expr).max(other)
            }
            Expr::Filter(filter) => {
                let held = filter.expr.as_ref().map_or(1, |expr| self.size(expr));
                held.max(self.arguments(&filter.args).saturating_sub(1))
            }
            Expr::GetAttr(get) => {
                if let Expr::Var(space) = &get.expr
                    && let Some(size) = self.0.get(&format!("{}.{}", space.id, get.name))
                {
                    return *size;
                }
                self.size(&get.expr)
            }
            Expr::GetItem(get) => self.size(&get.expr),
            Expr::Call(call) => match &call.expr {
                Expr::Var(function) if ["dict", "namespace"].contains(&function.id) => {
                    self.arguments(&call.args)
                }
                Expr::GetAttr(method) => {
                    let given = self.arguments(&call.args).saturating_sub(1);
                    self.size(&method.expr).max(given)
                }
                _ => {
                    self.arguments(&call.args);
                    1
                }
            },
            Expr::List(list) => self.sum(list.items.iter()),
            Expr::Tuple(tuple) => self.sum(tuple.items.iter()),
            Expr::Map(map) => self.sum(map.values.iter()),
        }
    }
}
