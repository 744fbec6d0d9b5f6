//! Writes conformance vectors, one JSON to a line: bundles, and what every verifier must say to them.
//!
//! `cargo run --release -p overt-evidence --example vectors -- OUT.jsonl`
//!
//! A vector has `name` (class and seed), `files` (Base64 by name), `asked` (`key` as PEM, `now`, `model` as
//! Base64 by name; each may be null), `accepted`, and `fails`: the rows that fail, the first being the reason.
//! Two verifiers agree on a vector where both accept it, or both reject it by the same first row.
#![expect(clippy::disallowed_methods, reason = "an example that writes a file")]

mod attack;
mod bytes;
mod cases;
mod draw;
mod families;
mod figures;
mod honest;
mod model;
mod pages;
mod parts;
mod plan;
mod signatures;
mod spelling;
mod tables;
#[path = "../crates/overt-evidence/tests/it/thermostat.rs"]
#[expect(clippy::unwrap_used, reason = "what is made for tests is whole")]
mod thermostat;
mod undetected;
mod weights;

use attack::Attacked;
use base64ct::{Base64, Encoding};
use draw::Draw;
use honest::Honest;
use overt_evidence::bundle::{CASES, EVIDENCE, PAGE, RUN_LOG};
use overt_evidence::tree::Gap;
use overt_evidence::verify::{Asked, Found, verify};
use overt_evidence::{Bundle, Cases, Error, Leaf, Level, canonical};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// Longest line; what is longer tests memory, not agreement.
const MOST_BYTES: usize = 80_000;
const HONEST: u64 = 50;
const SEEDS: u64 = 5;
const CHANGED: u64 = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args().nth(1).ok_or("usage: vectors OUT.jsonl")?;
    let vectors = all()?;
    let (lines, left_out): (Vec<_>, Vec<_>) =
        vectors.into_iter().partition(|(_, line, _)| line.len() <= MOST_BYTES);
    let text = lines.iter().fold(String::new(), |text, (_, line, _)| text + line + "\n");
    let whole = format!("{out}.tmp");
    std::fs::write(&whole, &text)?;
    std::fs::rename(&whole, &out)?;
    let accepted = lines.iter().filter(|(_, _, accepted)| *accepted).count();
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{} vectors, {accepted} accepted, {} bytes", lines.len(), text.len())?;
    writeln!(stdout, "{} longer than {MOST_BYTES} bytes were left out", left_out.len())?;
    for (name, line, _) in left_out {
        writeln!(stdout, "  {name}: {} bytes", line.len())?;
    }
    Ok(())
}

type Vector = (String, String, bool);

/// A world with another table: honest, cut, and with a case changed.
fn rooms() -> Result<Vec<Vector>, Box<dyn std::error::Error>> {
    let asked = Asked { now: Some(thermostat::measured().days_later(1)), ..Asked::default() };
    let mut vectors = Vec::new();
    for missed in [0, 2, 30] {
        let bundle = thermostat::signed(missed);
        vectors.push(vector(&format!("thermostat/{missed}"), &bundle, &asked)?);
        let some = bundle.keep_cases(|at| at % 3 == 0)?;
        vectors.push(vector(&format!("thermostat, some cases/{missed}"), &some, &asked)?);
        let other = |from: &str, to: &str| -> Result<Bundle, Box<dyn std::error::Error>> {
            let mut changed = bundle.clone();
            let text = String::from_utf8(changed.files[CASES].clone())?.replacen(from, to, 1);
            changed.files.insert(CASES.to_owned(), text.into_bytes());
            Ok(changed)
        };
        for (name, from, to) in [
            ("outcome", "\"came\":\"held\"", "\"came\":\"blown\""),
            ("type", "\"safe\":true", "\"safe\":1"),
            ("kind", "\"kind\":\"twin\"", "\"kind\":\"play\""),
        ] {
            let name = format!("thermostat, another {name}/{missed}");
            vectors.push(vector(&name, &other(from, to)?, &asked)?);
        }
    }
    Ok(vectors)
}

fn all() -> Result<Vec<Vector>, Box<dyn std::error::Error>> {
    let mut vectors = Vec::new();
    for seed in 0..HONEST {
        let honest = Honest::draw(seed);
        let (bundle, asked) = (honest.seal(), honest.asked());
        let mut draw = Draw::new(seed, "kept");
        let kept: Vec<bool> = (0..honest.cases.size).map(|_| draw.chance(30)).collect();
        let some = bundle.keep_cases(|at| kept[at as usize])?;
        vectors.push(vector(&format!("honest/{seed}"), &bundle, &asked)?);
        let name = format!("honest, nothing beside it/{seed}");
        vectors.push(vector(&name, &bundle, &Asked::default())?);
        vectors.push(vector(&format!("honest, some cases/{seed}"), &some, &asked)?);
        vectors.push(vector(
            &format!("honest, each case withheld/{seed}"),
            &alone(&honest)?,
            &asked,
        )?);
        let mut paged = bundle.clone();
        paged.files.insert(PAGE.to_owned(), pages::page(&bundle));
        vectors.push(vector(&format!("honest, with its page/{seed}"), &paged, &asked)?);
        for level in [Level::Verdict, Level::Figures] {
            let cut = bundle.redact(level)?;
            vectors.push(vector(&format!("honest at {level:?}/{seed}"), &cut, &asked)?);
        }
    }
    vectors.extend(rooms()?);
    for attack in families::attacks().filter(|attack| !attack.is_within_rounding) {
        for seed in 0..SEEDS {
            if let Some(missed) = attack.miss(seed) {
                return Err(missed.into());
            }
            let Attacked { bundle, asked } = attack.run(seed);
            vectors.push(vector(&format!("{}/{seed}", attack.name), &bundle, &asked)?);
        }
    }
    for lie in undetected::LIES {
        for seed in 0..SEEDS {
            let Attacked { bundle, asked } = lie.run(seed);
            let name = format!("undetected: {}; caught by {}/{seed}", lie.name, lie.caught_by);
            vectors.push(vector(&name, &bundle, &asked)?);
        }
    }
    for seed in 0..CHANGED {
        let honest = Honest::draw(seed);
        let (mut bundle, mut draw) = (honest.seal(), Draw::new(seed, "bytes"));
        let file = draw.one(&[EVIDENCE, CASES, RUN_LOG]);
        bytes::change(bundle.files.get_mut(file).ok_or("it is there")?, &mut draw);
        vectors.push(vector(&format!("bytes of {file} changed/{seed}"), &bundle, &honest.asked())?);
    }
    Ok(vectors)
}

/// Gaps need not be the largest: here each holds one case.
fn alone(honest: &Honest) -> Result<Bundle, Box<dyn std::error::Error>> {
    let gap = |(at, leaf): (u64, &Leaf)| Ok(Gap { from: at, to: at + 1, hash: leaf.hash()? });
    let gaps: Result<Vec<Gap>, Error> = (0..).zip(&honest.cases.leaves).map(gap).collect();
    let cases = Cases { leaves: Vec::new(), withheld: gaps?, ..honest.cases.clone() };
    let mut bundle = honest.seal();
    bundle.files.insert(CASES.to_owned(), canonical::write(&cases)?);
    Ok(bundle)
}

fn vector(
    name: &str,
    bundle: &Bundle,
    asked: &Asked,
) -> Result<Vector, Box<dyn std::error::Error>> {
    let base64 = |files: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, String> {
        let text =
            |(name, bytes): (&String, &Vec<u8>)| (name.clone(), Base64::encode_string(bytes));
        files.iter().map(text).collect()
    };
    let found = verify(bundle, asked);
    let fails: Vec<&str> =
        found.rows.iter().filter(|row| row.found == Found::Fails).map(|row| row.what).collect();
    let key = asked.key.as_ref().map(overt_evidence::VerifyingKey::to_pem).transpose()?;
    let line = json!({
        "name": name,
        "files": base64(&bundle.files),
        "asked": {
            "key": key,
            "now": asked.now,
            "model": asked.model.as_ref().map(base64),
        },
        "accepted": found.holds(),
        "fails": fails,
    });
    Ok((name.to_owned(), line.to_string(), found.holds()))
}
