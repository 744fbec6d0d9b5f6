//! The source of a template before it is read: bounds, blocks that Jinja has and this engine has not.

use crate::Error;
use minijinja::syntax::SyntaxConfig;

/// The longest source of a template, in bytes.
const LONGEST_SOURCE: usize = 1_000_000;
/// The longest tag, in bytes; each byte may be a level of an expression.
const LONGEST_TAG: usize = 16_384;
/// Stack of the thread that renders, in bytes: room for the deepest expression and the deepest value.
const STACK: usize = 512 << 20;

/// The syntax that transformers switches on.
pub(super) fn syntax() -> Result<SyntaxConfig, Error> {
    let built = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    built.map_err(|error| failed(&error))
}

/// The source with `generation` blocks, which mark what the assistant says, as plain blocks with a scope.
///
/// # Errors
/// A source that is too long.
pub(super) fn plain_blocks(source: &str) -> Result<String, Error> {
    if source.len() > LONGEST_SOURCE {
        let why = format!("its source has {} bytes, at most {LONGEST_SOURCE}", source.len());
        return Err(Error::ChatTemplate { why });
    }
    // Every kind of line end is one in Jinja.
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let printed = source.split("{{").skip(1).map(|tag| tag.find("}}").unwrap_or(tag.len()));
    if let Some(bytes) = printed.max().filter(|bytes| *bytes > LONGEST_TAG) {
        let why = format!("a tag has {bytes} bytes, at most {LONGEST_TAG}");
        return Err(Error::ChatTemplate { why });
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = &source[..];
    while let Some(at) = rest.find("{%") {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = tag.find("%}") else {
            rest = tag;
            break;
        };
        if end > LONGEST_TAG {
            let why = format!("a tag has {end} bytes, at most {LONGEST_TAG}");
            return Err(Error::ChatTemplate { why });
        }
        let (tag, after) = tag.split_at(end + 2);
        let inner = &tag[2..end];
        let name = inner.trim_matches(['-', '+']).trim();
        let block = match name {
            "generation" => Some(" with _of_the_assistant = 1 "),
            "endgeneration" => Some(" endwith "),
            _ => None,
        };
        if let Some(block) = block {
            let sign = |c: Option<char>| c.filter(|c| ['-', '+'].contains(c));
            out.push_str("{%");
            out.extend(sign(inner.chars().next()));
            out.push_str(block);
            out.extend(sign(inner.chars().next_back()));
            out.push_str("%}");
            rest = after;
        } else {
            // The tag may hold a text with `%}` in it, so only its start is passed over.
            out.push_str(&tag[..2]);
            rest = &rest[at + 2..];
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Does work on a thread with a deep stack: values and expressions of strangers may be nested deeply.
///
/// # Errors
/// What the work refuses; a system that gives no such thread.
pub(super) fn with_deep_stack<T: Send>(
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let ended = |why: &str| Error::ChatTemplate { why: why.to_owned() };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|_error| ended("the system gives no thread for it"))?;
        thread.join().map_err(|_panic| ended("it breaks the engine"))?
    })
}

/// What went wrong, with the line of the template where it is known.
pub(super) fn failed(error: &minijinja::Error) -> Error {
    let what = match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    };
    let why = match error.line() {
        Some(line) => format!("{what} (line {line})"),
        None => what,
    };
    Error::ChatTemplate { why }
}
