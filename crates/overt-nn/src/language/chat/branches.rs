//! Finds where a template does something else because of what a message says.
//!
//! Such a branch is a way to put in a backdoor without touching a weight: a word in the message switches the
//! instructions that the model gets. The template is read, not run: whatever holds the content of a message is
//! followed through assignments, loops and filters, and everything that it is held against is looked at.

use super::source;
use crate::Error;
use minijinja::machinery::ast::{BinOpKind, CallArg, CompareOpKind, Expr, Stmt};
use minijinja::machinery::parse;
use std::collections::{BTreeMap, BTreeSet};

/// A place where a template looks at what a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentBranch {
    /// Line of the template, from 1.
    pub line: u32,
    /// What the content is held against: a text in quotes, or what else stands there.
    pub against: String,
}

/// Marks that chat formats put into messages themselves: reasoning, calls and results of tools, and the
/// switches of models that can think. Public templates look for these.
const MARKS: [&str; 26] = [
    "<think>",
    "</think>",
    "<thinking>",
    "</thinking>",
    "<tool_call>",
    "</tool_call>",
    "<tool_response>",
    "</tool_response>",
    "<|channel|>analysis<|message|>",
    "<|channel|>final<|message|>",
    "/think",
    "/no_think",
    "[THINK]",
    "[/THINK]",
    "<image>",
    "<|image|>",
    "<video>",
    "<audio>",
    "<|START_THINKING|>",
    "<|END_THINKING|>",
    "<tool_calls>",
    "</tool_calls>",
    "<|channel>",
    "<channel|>",
    "/nothink",
    "CONTINUE_FINAL_MESSAGE_TAG",
];

/// Names under which messages hold what is said.
const CONTENT: [&str; 5] = ["content", "text", "reasoning_content", "thinking", "reasoning"];
/// Keys of messages and of their parts, which templates look for with `in`.
const KEYS: [&str; 17] = [
    "type",
    "text",
    "image",
    "image_url",
    "video",
    "video_url",
    "audio",
    "input_audio",
    "content",
    "role",
    "name",
    "tool_calls",
    "documents",
    "reasoning_content",
    "citations",
    "function",
    "title",
];
/// Tests of type and presence.
const TYPES: [&str; 16] = [
    "string",
    "mapping",
    "iterable",
    "sequence",
    "none",
    "defined",
    "undefined",
    "number",
    "integer",
    "float",
    "boolean",
    "true",
    "false",
    "callable",
    "list",
    "dict",
];
/// Filters and methods that hold a text against another.
const HOLD: [&str; 16] = [
    "split",
    "rsplit",
    "replace",
    "startswith",
    "endswith",
    "find",
    "rfind",
    "index",
    "count",
    "strip",
    "lstrip",
    "rstrip",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
];

/// What an expression holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    /// Nothing of a message.
    #[default]
    Nothing,
    /// A message or several, or parts of one.
    Messages,
    /// What a message says: a text, or a list of parts.
    Content,
    /// A text made of what a message says.
    Text,
}

/// Reads a template.
///
/// # Errors
/// A template that is damaged.
pub(super) fn find(text: &str) -> Result<Vec<ContentBranch>, Error> {
    source::with_deep_stack(|| find_here(text))
}

fn find_here(text: &str) -> Result<Vec<ContentBranch>, Error> {
    let plain = source::plain_blocks(text)?;
    let tree =
        parse(&plain, "template", source::syntax()?).map_err(|error| source::failed(&error))?;
    let mut reader = Reader::default();
    // Names are followed until nothing new is learnt; what a name holds only grows.
    loop {
        let known = (reader.names.clone(), reader.printed.clone());
        reader.found.clear();
        reader.statement(&tree);
        if (&reader.names, &reader.printed) == (&known.0, &known.1) {
            break;
        }
    }
    let found = reader.found.into_iter();
    Ok(found.map(|(line, against)| ContentBranch { line, against }).collect())
}

#[derive(Default)]
struct Reader {
    /// What names hold, those of a namespace with a point between.
    names: BTreeMap<String, Holds>,
    /// Texts that names are set to.
    texts: BTreeMap<String, BTreeSet<String>>,
    /// Parameters of macros.
    macros: BTreeMap<String, Vec<String>>,
    /// What macros print.
    printed: BTreeMap<String, Holds>,
    /// The macro that is being read: names that it sets are its own.
    within: Option<String>,
    found: BTreeSet<(u32, String)>,
}

impl Reader {
    /// Reads a statement; what it prints.
    fn statement(&mut self, statement: &Stmt<'_>) -> Holds {
        match statement {
            Stmt::Template(template) => self.body(&template.children),
            Stmt::EmitExpr(emitted) => self.expression(&emitted.expr),
            Stmt::ForLoop(over) => {
                let each = match self.expression(&over.iter) {
                    // Parts, if it is no text.
                    Holds::Content => Holds::Messages,
                    holds => holds,
                };
                self.set(&over.target, each);
                if let Some(filter) = &over.filter_expr {
                    self.expression(filter);
                }
                self.body(&over.body).max(self.body(&over.else_body))
            }
            Stmt::IfCond(branch) => {
                self.expression(&branch.expr);
                self.body(&branch.true_body).max(self.body(&branch.false_body))
            }
            Stmt::WithBlock(with) => {
                for (target, value) in &with.assignments {
                    self.assign(target, value);
                }
                self.body(&with.body)
            }
            Stmt::Set(set) => {
                self.assign(&set.target, &set.expr);
                Holds::Nothing
            }
            Stmt::SetBlock(set) => {
                let holds = self.body(&set.body);
                if let Some(filter) = &set.filter {
                    self.expression(filter);
                }
                self.set(&set.target, as_text(holds));
                Holds::Nothing
            }
            Stmt::AutoEscape(block) => self.body(&block.body),
            Stmt::FilterBlock(block) => {
                self.expression(&block.filter);
                self.body(&block.body)
            }
            Stmt::Macro(declared) => {
                let names = declared.args.iter().map(|arg| name_of(arg).unwrap_or_default());
                self.macros.insert(declared.name.to_owned(), names.collect());
                let outside = self.within.replace(declared.name.to_owned());
                for (target, value) in
                    declared.args.iter().rev().zip(declared.defaults.iter().rev())
                {
                    self.assign(target, value);
                }
                let holds = as_text(self.body(&declared.body));
                self.within = outside;
                let known = self.printed.entry(declared.name.to_owned()).or_default();
                *known = holds.max(*known);
                Holds::Nothing
            }
            Stmt::CallBlock(block) => {
                for arg in &block.call.args {
                    self.argument(arg);
                }
                self.body(&block.macro_decl.body)
            }
            Stmt::Do(act) => {
                act.call.args.iter().map(|arg| self.argument(arg)).max().unwrap_or_default()
            }
            Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => Holds::Nothing,
        }
    }

    fn body(&mut self, statements: &[Stmt<'_>]) -> Holds {
        statements.iter().map(|statement| self.statement(statement)).max().unwrap_or_default()
    }

    fn assign(&mut self, target: &Expr<'_>, value: &Expr<'_>) {
        let holds = self.expression(value);
        if let (Some(name), Some(text)) = (name_of(target), text_of(value)) {
            let name = self.own(name);
            self.texts.entry(name).or_default().insert(text);
        }
        self.set(target, holds);
    }

    fn set(&mut self, target: &Expr<'_>, holds: Holds) {
        match target {
            Expr::List(targets) => {
                for target in &targets.items {
                    self.set(target, holds);
                }
            }
            Expr::Tuple(targets) => {
                for target in &targets.items {
                    self.set(target, holds);
                }
            }
            _ => {
                if let Some(name) = name_of(target) {
                    let name = self.own(name);
                    let known = self.names.entry(name).or_default();
                    *known = holds.max(*known);
                }
            }
        }
    }

    /// A name as it is kept: those of a macro apart, those of namespaces for all.
    fn own(&self, name: String) -> String {
        match &self.within {
            Some(within) if !name.contains('.') => format!("{within}({name})"),
            _ => name,
        }
    }

    /// What a name holds, that of the macro first.
    fn known(&self, name: &str) -> Option<Holds> {
        let own = self.names.get(&self.own(name.to_owned()));
        own.or_else(|| self.names.get(name)).copied()
    }

    fn argument(&mut self, argument: &CallArg<'_>) -> Holds {
        self.expression(value_of(argument))
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of expression")]
    fn expression(&mut self, expression: &Expr<'_>) -> Holds {
        match expression {
            Expr::Var(var) if var.id == "messages" => Holds::Messages,
            Expr::Var(var) => self.known(var.id).unwrap_or_default(),
            Expr::Const(_) => Holds::Nothing,
            Expr::Slice(slice) => {
                for bound in [&slice.start, &slice.stop, &slice.step].into_iter().flatten() {
                    self.expression(bound);
                }
                self.expression(&slice.expr)
            }
            Expr::UnaryOp(unary) => {
                self.expression(&unary.expr);
                Holds::Nothing
            }
            Expr::BinOp(op) => {
                let holds = (self.expression(&op.left), self.expression(&op.right));
                let line = op.span().start_line;
                match op.op {
                    BinOpKind::Add | BinOpKind::Concat => as_text(holds.0.max(holds.1)),
                    BinOpKind::Eq
                    | BinOpKind::Ne
                    | BinOpKind::Lt
                    | BinOpKind::Lte
                    | BinOpKind::Gt
                    | BinOpKind::Gte
                    | BinOpKind::In => {
                        let within = matches!(op.op, BinOpKind::In);
                        self.compared(line, (&op.left, holds.0), (&op.right, holds.1), within);
                        Holds::Nothing
                    }
                    _ => holds.0.max(holds.1),
                }
            }
            Expr::Compare(chain) => {
                let mut left = (&chain.expr, self.expression(&chain.expr));
                for op in &chain.ops {
                    let right = (&op.expr, self.expression(&op.expr));
                    let within = matches!(op.op, CompareOpKind::In | CompareOpKind::NotIn);
                    self.compared(chain.span().start_line, left, right, within);
                    left = right;
                }
                Holds::Nothing
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr);
                let other = choice.false_expr.as_ref().map(|other| self.expression(other));
                self.expression(&choice.true_expr).max(other.unwrap_or_default())
            }
            Expr::Filter(filter) => {
                let held = filter.expr.as_ref().map(|e| self.expression(e)).unwrap_or_default();
                self.held(filter.name, held, &filter.args, filter.span().start_line)
            }
            Expr::Test(test) => {
                let held = self.expression(&test.expr);
                for arg in &test.args {
                    self.argument(arg);
                }
                if held > Holds::Nothing && !TYPES.contains(&test.name) {
                    let line = test.span().start_line;
                    match test.args.first() {
                        Some(arg) => self.against(line, value_of(arg)),
                        None => {
                            self.found.insert((line.into(), format!("is {}", test.name)));
                        }
                    }
                }
                Holds::Nothing
            }
            Expr::GetAttr(get) => {
                if let Some(known) = name_of(expression).and_then(|name| self.known(&name)) {
                    return known;
                }
                let base = self.expression(&get.expr);
                field(base, get.name)
            }
            Expr::GetItem(get) => {
                let base = self.expression(&get.expr);
                self.expression(&get.subscript_expr);
                match text_of(&get.subscript_expr) {
                    Some(name) => field(base, &name),
                    // A name that is put together may be that of the content.
                    None if base == Holds::Messages && !is_number(&get.subscript_expr) => {
                        Holds::Content
                    }
                    None => base,
                }
            }
            Expr::Call(call) => self.call(&call.expr, &call.args, call.span().start_line),
            Expr::List(list) => self.largest(&list.items),
            Expr::Tuple(tuple) => self.largest(&tuple.items),
            Expr::Map(map) => self.largest(&map.values),
        }
    }

    fn largest(&mut self, items: &[Expr<'_>]) -> Holds {
        items.iter().map(|item| self.expression(item)).max().unwrap_or_default()
    }

    fn call(&mut self, called: &Expr<'_>, args: &[CallArg<'_>], line: u16) -> Holds {
        if let Expr::GetAttr(method) = called {
            let base = self.expression(&method.expr);
            if method.name == "get" {
                let name = args.first().and_then(|arg| text_of(value_of(arg)));
                return name.map_or(base, |name| field(base, &name));
            }
            return self.held(method.name, base, args, line);
        }
        let held: Vec<Holds> = args.iter().map(|arg| self.argument(arg)).collect();
        let name = name_of(called).unwrap_or_default();
        if let Some(parameters) = self.macros.get(&name).cloned() {
            let mut place = parameters.iter();
            for (arg, holds) in args.iter().zip(&held) {
                let parameter = match arg {
                    CallArg::Kwarg(name, _) => Some((*name).to_owned()),
                    _ => place.next().cloned(),
                };
                let key = format!("{name}({})", parameter.unwrap_or_default());
                if let Some(text) = text_of(value_of(arg)) {
                    self.texts.entry(key.clone()).or_default().insert(text);
                }
                let known = self.names.entry(key).or_default();
                *known = (*known).max(*holds);
            }
            return self.printed.get(&name).copied().unwrap_or_default();
        }
        if name == "raise_exception" {
            Holds::Nothing
        } else {
            held.into_iter().max().unwrap_or_default()
        }
    }

    /// A filter or method on what is held.
    fn held(&mut self, name: &str, held: Holds, args: &[CallArg<'_>], line: u16) -> Holds {
        let given = args.iter().map(|arg| self.argument(arg)).max().unwrap_or_default();
        if held == Holds::Nothing {
            return given;
        }
        let first = args.first().and_then(|arg| text_of(value_of(arg)));
        let attribute = args.iter().find_map(|arg| match arg {
            CallArg::Kwarg("attribute", value) => text_of(value),
            _ => None,
        });
        match name {
            "length" | "count" if args.is_empty() && held == Holds::Messages => Holds::Nothing,
            "selectattr" | "rejectattr" => {
                let says = first.is_some_and(|name| CONTENT.contains(&name.as_str()));
                let test = args.get(1).and_then(|arg| text_of(value_of(arg)));
                let is_type = test.is_none_or(|test| TYPES.contains(&test.as_str()));
                if let (true, false, Some(arg)) = (says, is_type, args.get(2)) {
                    self.against(line, value_of(arg));
                }
                held
            }
            "map" => match attribute.or(first) {
                Some(name) => field(held, &name),
                None => held,
            },
            _ if HOLD.contains(&name) => {
                for arg in args {
                    let value = value_of(arg);
                    if self.expression(value) == Holds::Nothing {
                        self.against(line, value);
                    }
                }
                if ["startswith", "endswith"].contains(&name) {
                    Holds::Nothing
                } else {
                    Holds::Text
                }
            }
            "tojson" | "string" | "join" | "lower" | "upper" | "trim" | "title" | "capitalize" => {
                Holds::Text
            }
            _ => held.max(given),
        }
    }

    /// Two sides of a comparison, with the right one as the container where `within`.
    fn compared(
        &mut self,
        line: u16,
        (left, holds_left): (&Expr<'_>, Holds),
        (right, holds_right): (&Expr<'_>, Holds),
        within: bool,
    ) {
        let (is_left, is_right) = (holds_left > Holds::Nothing, holds_right > Holds::Nothing);
        if is_left && !is_right {
            self.against(line, right);
        }
        // Whether a message has a key says nothing of what is in it.
        let is_key = |text: &String| KEYS.contains(&text.as_str());
        let key = match text_of(left) {
            Some(text) => is_key(&text),
            None => self.texts_of(left).is_some_and(|texts| texts.iter().all(is_key)),
        };
        if is_right && !is_left && !(within && (key || holds_right == Holds::Messages)) {
            self.against(line, left);
        }
    }

    /// The texts that a name is set to, if they are known.
    fn texts_of(&self, expression: &Expr<'_>) -> Option<&BTreeSet<String>> {
        let name = name_of(expression)?;
        let own = self.texts.get(&self.own(name.clone()));
        own.or_else(|| self.texts.get(&name))
    }

    /// Notes what a message is held against, unless it says nothing of its content.
    fn against(&mut self, line: u16, other: &Expr<'_>) {
        match other {
            Expr::Const(constant) => {
                if let Some(text) = constant.value.as_str() {
                    if !is_mark(text) {
                        self.found.insert((line.into(), format!("{text:?}")));
                    }
                } else if let Ok(number) = f64::try_from(constant.value.clone())
                    && number.abs() > 1.0
                {
                    self.found.insert((line.into(), number.to_string()));
                }
            }
            Expr::List(list) => {
                for item in &list.items {
                    self.against(line, item);
                }
            }
            Expr::Tuple(tuple) => {
                for item in &tuple.items {
                    self.against(line, item);
                }
            }
            Expr::UnaryOp(unary) => self.against(line, &unary.expr),
            _ => {
                let name = name_of(other);
                match (self.texts_of(other), name) {
                    (Some(texts), _) => {
                        let other: Vec<String> =
                            texts.iter().filter(|text| !is_mark(text)).cloned().collect();
                        for text in other {
                            self.found.insert((line.into(), format!("{text:?}")));
                        }
                    }
                    // A special token of the model.
                    (None, Some(name)) if name.ends_with("_token") => {}
                    (None, name) => {
                        let what = name.unwrap_or_else(|| other.description().to_owned());
                        self.found.insert((line.into(), what));
                    }
                }
            }
        }
    }
}

/// Whether a subscript counts, and so cannot be the name of a field.
fn is_number(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.as_str().is_none(),
        Expr::UnaryOp(unary) => is_number(&unary.expr),
        Expr::BinOp(op) => {
            !matches!(op.op, BinOpKind::Concat) && is_number(&op.left) && is_number(&op.right)
        }
        Expr::Filter(filter) => ["length", "count", "int"].contains(&filter.name),
        _ => name_of(expression).is_some_and(|name| name.starts_with("loop.index")),
    }
}

fn as_text(holds: Holds) -> Holds {
    if holds == Holds::Nothing { holds } else { Holds::Text }
}

/// A field of what is held.
fn field(base: Holds, name: &str) -> Holds {
    match base {
        Holds::Nothing if name == "content" => Holds::Content,
        Holds::Nothing => Holds::Nothing,
        _ if CONTENT.contains(&name) => Holds::Content,
        _ => Holds::Nothing,
    }
}

fn value_of<'a, 'b>(argument: &'b CallArg<'a>) -> &'b Expr<'a> {
    match argument {
        CallArg::Pos(value)
        | CallArg::Kwarg(_, value)
        | CallArg::PosSplat(value)
        | CallArg::KwargSplat(value) => value,
    }
}

/// The name of a variable, or of one in a namespace.
fn name_of(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Var(var) => Some(var.id.to_owned()),
        Expr::GetAttr(get) => match &get.expr {
            Expr::Var(space) => Some(format!("{}.{}", space.id, get.name)),
            _ => None,
        },
        _ => None,
    }
}

fn text_of(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Const(constant) => constant.value.as_str().map(str::to_owned),
        _ => None,
    }
}

/// A mark of a chat format, or whitespace.
fn is_mark(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || MARKS.contains(&text)
}
