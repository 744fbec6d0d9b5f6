use crate::workspace::{Names, sources, text};
use std::collections::BTreeMap;

/// Whoever wants to understand a file must be able to begin somewhere: files that use each other in a
/// circle are one file in pieces.
#[test]
fn files_do_not_use_each_other_in_circles() {
    let mut found = Vec::new();
    for (name, files) in crates() {
        let uses = files.uses();
        for circle in circles(&uses) {
            found.push(format!("{name}: {}\n{}", circle.join(" "), inside(&circle, &uses)));
        }
    }
    assert!(found.is_empty(), "circles of files; move down what is shared:\n{}", found.concat());
}

/// The reader sees imports, paths and re-exports, and no comments, texts or tests.
#[test]
fn a_circle_is_seen_through_a_re_export() {
    let lib = r"mod a; mod b; mod c; pub use a::{A, other as Another}; pub use b::*;";
    let a = r#"//! use crate::c;
        pub struct A; fn other() { let _ = "crate::c::C"; crate::B::new('"') }
        #[cfg(test)] mod tests { use crate::c::C; }"#;
    let b = "use super::Another; pub struct B;";
    let c = "use crate::{a::{self, A}, B}; pub struct C;";
    let sources = [("lib", lib), ("a", a), ("b", b), ("c", c)];
    let uses = Files::new(sources.map(|(path, text)| (path.to_owned(), text.to_owned()))).uses();
    let of = |name: &str| uses[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        (of("lib"), of("a"), of("b"), of("c")),
        (vec![], vec!["b"], vec!["a"], vec!["a", "b"])
    );
    assert_eq!(circles(&uses), [["a", "b"]]);
}

/// From each file to those that it uses.
type Uses = BTreeMap<String, Names>;

/// Groups of files in which each reaches all others.
fn circles(uses: &Uses) -> Vec<Vec<String>> {
    let reach: BTreeMap<&String, Names> =
        uses.keys().map(|file| (file, reached(file, uses))).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for (file, reached) in &reach {
        let among = |other: &&String| reached.contains(*other) && reach[*other].contains(*file);
        let circle: Vec<String> = uses.keys().filter(among).cloned().collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

fn reached(file: &String, uses: &Uses) -> Names {
    let (mut reached, mut next) = (Names::new(), vec![file]);
    while let Some(file) = next.pop() {
        next.extend(uses[file].iter().filter(|used| reached.insert((*used).clone())));
    }
    reached
}

/// Who uses whom within a circle, for the message.
fn inside(circle: &[String], uses: &Uses) -> String {
    let one = |file: &String| {
        let used: Vec<&String> = uses[file].iter().filter(|used| circle.contains(used)).collect();
        format!("    {file} uses {used:?}\n")
    };
    circle.iter().map(one).collect()
}

/// The files of every crate.
fn crates() -> BTreeMap<String, Files> {
    let mut crates: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in sources() {
        let (name, file) = path["crates/".len()..].split_once("/src/").unwrap();
        let file = file.trim_end_matches(".rs").to_owned();
        crates.entry(name.to_owned()).or_default().push((file, text(&path)));
    }
    crates.into_iter().map(|(name, files)| (name, Files::new(files))).collect()
}

/// A module by its names from the root of the crate.
type Module = Vec<String>;

/// The files of one crate by the module that each holds.
struct Files(BTreeMap<Module, File>);

/// What one file names.
#[derive(Default)]
struct File {
    /// The path below `src`, without its ending.
    path: String,
    /// What it defines.
    own: Names,
    /// Names that it takes in or passes on, each with where it comes from.
    imports: BTreeMap<String, Module>,
    /// Modules of which it takes in or passes on everything.
    globs: Vec<Module>,
    /// Paths that it uses: all but those of its own children that it only passes on.
    used: Vec<Module>,
}

impl Files {
    fn new(sources: impl IntoIterator<Item = (String, String)>) -> Self {
        let parts = |path: &str| -> Module {
            let names = path.split('/').filter(|name| !["lib", "main", "mod"].contains(name));
            names.map(str::to_owned).collect()
        };
        let sources: Vec<_> =
            sources.into_iter().map(|(path, text)| (parts(&path), path, text)).collect();
        let modules: Vec<&Module> = sources.iter().map(|(module, ..)| module).collect();
        let read = |(module, path, text): &(Module, String, String)| {
            (module.clone(), Reader::read(path, module, &modules, text))
        };
        Self(sources.iter().map(read).collect())
    }

    /// Every file with the files that it uses.
    fn uses(&self) -> Uses {
        let of = |file: &File| {
            let used = file.used.iter().map(|path| self.home(path, 0).path.clone());
            // An error holds what was refused, and whoever refuses makes the error.
            let counts = |path: &String| *path != file.path && !file.path.ends_with("error");
            (file.path.clone(), used.filter(counts).collect())
        };
        self.0.values().map(of).collect()
    }

    /// The file in which what a path names is written, through all re-exports.
    fn home(&self, path: &[String], depth: usize) -> &File {
        let mut module = Module::new();
        for (at, name) in path.iter().enumerate() {
            let below = [&module[..], std::slice::from_ref(name)].concat();
            if self.0.contains_key(&below) {
                module = below;
                continue;
            }
            let file = &self.0[&module];
            let rest = &path[at + 1..];
            let from = file.imports.get(name).filter(|from| **from != path[..=at]);
            if let Some(from) = from.filter(|_| depth < 9) {
                return self.home(&[from, rest].concat(), depth + 1);
            }
            let gives = |glob: &&Module| self.home(glob, depth + 1).names(name);
            return match file.globs.iter().filter(|_| depth < 9).find(gives) {
                Some(glob) if !file.own.contains(name) => {
                    self.home(&[glob, std::slice::from_ref(name), rest].concat(), depth + 1)
                }
                _ => file,
            };
        }
        &self.0[&module]
    }
}

impl File {
    fn names(&self, name: &str) -> bool {
        self.own.contains(name) || self.imports.contains_key(name)
    }
}

/// Reads one file, word by word.
struct Reader<'a> {
    words: Vec<String>,
    modules: &'a [&'a Module],
    file: File,
}

/// Words after which a name is defined.
const DEFINING: [&str; 8] = ["fn", "struct", "enum", "trait", "type", "const", "static", "mod"];

impl<'a> Reader<'a> {
    fn read(path: &str, module: &Module, modules: &'a [&'a Module], text: &str) -> File {
        let file = File { path: path.to_owned(), ..File::default() };
        let mut reader = Self { words: without_tests(words(text)), modules, file };
        // Braces that are open; those of a module within the file with its name.
        let mut open: Vec<Option<String>> = Vec::new();
        let mut at = 0;
        while at < reader.words.len() {
            let here = [&module[..], &open.iter().flatten().cloned().collect::<Vec<_>>()].concat();
            at = match reader.word(at) {
                "{" => {
                    let named = at >= 2 && reader.word(at - 2) == "mod";
                    open.push(named.then(|| reader.words[at - 1].clone()));
                    at + 1
                }
                "}" => {
                    open.pop();
                    at + 1
                }
                "use" => reader.import(at, module, &here),
                _ => reader.path(at, &here),
            };
        }
        reader.file
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// An import; gives the place behind it.
    fn import(&mut self, at: usize, module: &Module, here: &Module) -> usize {
        let public = at > 0 && ["pub", ")"].contains(&self.word(at - 1));
        let end = (at..self.words.len()).find(|end| self.word(*end) == ";").unwrap();
        for (path, name) in leaves(&self.words[at + 1..end], &[]) {
            let Some(path) = self.resolved(&path, here) else { continue };
            if !(public && path.len() > module.len() && path.starts_with(module)) {
                self.file.used.push(path.clone());
            }
            match name.as_str() {
                "*" => self.file.globs.push(path),
                _ => drop(self.file.imports.insert(name, path)),
            }
        }
        end + 1
    }

    /// A path in the code, or one word; gives the place behind it.
    fn path(&mut self, at: usize, here: &Module) -> usize {
        if DEFINING.contains(&self.word(at)) {
            let name = self.word(at + 1).to_owned();
            self.file.own.insert(name);
        }
        let mut path = vec![self.words[at].clone()];
        let mut end = at + 1;
        while self.word(end) == "::" && is_name(self.word(end + 1)) {
            path.push(self.words[end + 1].clone());
            end += 2;
        }
        let is_path = path.len() > 1 && is_name(&path[0]);
        if let Some(path) = self.resolved(&path, here).filter(|_| is_path) {
            self.file.used.push(path);
        }
        end
    }

    /// A path from the root of the crate, where it does not leave the crate.
    fn resolved(&self, path: &[String], here: &Module) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([here, rest].concat()),
            "super" => {
                let up = here[..here.len().checked_sub(1)?].to_vec();
                let further = rest.first().is_some_and(|next| next == "super");
                if further { self.resolved(rest, &up) } else { Some([&up[..], rest].concat()) }
            }
            _ => {
                let child = [here, std::slice::from_ref(first)].concat();
                self.modules.contains(&&child).then(|| [here, path].concat())
            }
        }
    }
}

/// The paths of an import, each with the name under which it is known here.
fn leaves(words: &[String], before: &[String]) -> Vec<(Module, String)> {
    let mut found = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let open = rest.iter().position(|word| word == "{");
        let comma = rest.iter().position(|word| word == ",").unwrap_or(rest.len());
        let names = rest[..comma.min(open.unwrap_or(comma))].iter().filter(|word| *word != "::");
        let mut path = [before, &names.cloned().collect::<Vec<_>>()].concat();
        if let Some(open) = open.filter(|open| *open < comma) {
            let close = open + closing(&rest[open..]);
            found.extend(leaves(&rest[open + 1..close], &path));
            rest = &rest[(close + 2).min(rest.len())..];
            continue;
        }
        rest = &rest[(comma + 1).min(rest.len())..];
        let Some(mut name) = path.last().cloned() else { continue };
        if name == "*" || name == "self" {
            path.pop();
        }
        if path.len() > 2 && path[path.len() - 2] == "as" {
            path.truncate(path.len() - 2);
        }
        if name == "self" {
            name = path.last().cloned().unwrap_or_default();
        }
        found.push((path, name));
    }
    found
}

/// The place of the bracket that closes the first one.
fn closing(words: &[String]) -> usize {
    let mut depth = 0;
    let place = words.iter().position(|word| {
        match word.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    place.unwrap_or(words.len())
}

/// All words but those of what is compiled for tests alone.
fn without_tests(mut words: Vec<String>) -> Vec<String> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    while let Some(at) = words.windows(TEST.len()).position(|seven| seven == TEST) {
        let mut end = at + TEST.len();
        // The item ends with its first braces or before them.
        while ![";", "{"].contains(&words.get(end).map_or(";", String::as_str)) {
            end +=
                if ["(", "["].contains(&words[end].as_str()) { closing(&words[end..]) } else { 1 };
        }
        end +=
            if words.get(end).is_some_and(|word| word == "{") { closing(&words[end..]) } else { 0 };
        words.drain(at..(end + 1).min(words.len()));
    }
    words
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, paths' colons and single marks; comments and texts are left out.
fn words(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let next = text.get(at + 1).copied().unwrap_or(' ');
        match text[at] {
            '/' if next == '/' => at = behind(&text, at, "\n"),
            '/' if next == '*' => at = behind(&text, at, "*/"),
            '"' => at = behind_text(&text, at),
            '\'' if next == '\\' => at = behind(&text, at + 3, "'"),
            '\'' if text.get(at + 2) == Some(&'\'') => at += 3,
            ':' if next == ':' => {
                words.push("::".into());
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                let is_in = |c: &&char| c.is_alphanumeric() || **c == '_';
                let name: String = text[at..].iter().take_while(is_in).collect();
                at += name.chars().count();
                let hashes = text[at..].iter().take_while(|c| **c == '#').count();
                let quoted = text.get(at + hashes) == Some(&'"');
                if quoted && ["r", "br"].contains(&name.as_str()) {
                    let end = format!("\"{}", "#".repeat(hashes));
                    at = behind(&text, at + hashes + 1, &end);
                } else {
                    words.push(name);
                }
            }
            c => {
                if !c.is_whitespace() {
                    words.push(c.into());
                }
                at += 1;
            }
        }
    }
    words
}

/// The place behind the next occurrence of some characters.
fn behind(text: &[char], from: usize, end: &str) -> usize {
    let end: Vec<char> = end.chars().collect();
    let found = text[from..].windows(end.len()).position(|window| window == end);
    found.map_or(text.len(), |found| from + found + end.len())
}

/// The place behind a text that begins with a quotation mark.
fn behind_text(text: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}
