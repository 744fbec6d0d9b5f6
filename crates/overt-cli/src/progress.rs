//! How far long work is: a bar on a terminal, and elsewhere a line now and then.

use crate::door::note;
use crate::number::thousands;
use indicatif::{ProgressBar, ProgressStyle};
use overt::verbs::Watch;
use std::io::IsTerminal;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// How every such line begins.
const LINE: &str = "progress:";

/// Work that a person may wait for.
pub(crate) struct Progress {
    bar: ProgressBar,
    lines: Option<Lines>,
}

/// A thread that writes the lines.
struct Lines {
    is_over: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Work of which nobody knows how long it takes.
    pub(crate) fn unknown() -> Self {
        let this = Self::new(ProgressBar::new_spinner(), "{spinner} {elapsed} {msg}", "");
        this.bar.enable_steady_tick(Duration::from_millis(100));
        this
    }

    /// Work that consists of so many things, which are named in the plural.
    pub(crate) fn of_things(n: usize, things: &'static str) -> Self {
        let style = format!("{{msg}} {{wide_bar}} {{pos}}/{{len}} {things}, {{eta}} left");
        Self::new(ProgressBar::new(n as u64), &style, things)
    }

    /// Work that consists of so many steps of one training or several.
    pub(crate) fn of_steps(n: u64) -> Self {
        let style = "{msg} {wide_bar} {percent}% {per_sec}, {eta} left";
        Self::new(ProgressBar::new(n), style, "steps")
    }

    fn new(bar: ProgressBar, style: &str, things: &'static str) -> Self {
        let style = ProgressStyle::with_template(style);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let lines = (!std::io::stderr().is_terminal()).then(|| Lines::start(bar.clone(), things));
        Self { bar, lines }
    }
}

impl Watch for Progress {
    fn doing(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    fn reached(&self, done: u64, all: u64) {
        let is_first = self.bar.length() != Some(all);
        self.bar.set_length(all);
        self.bar.set_position(done);
        if is_first {
            // What was done before this part of the work says nothing of its speed.
            self.bar.reset_eta();
        }
    }

    fn resumed(&self, done: u64, all: u64) {
        self.note(&format!("goes on at step {} of {}", thousands(done), thousands(all)));
    }

    fn advise(&self, what: &str) {
        if self.lines.is_none() {
            self.note(what);
        }
    }

    fn note(&self, what: &str) {
        self.bar.suspend(|| note(what));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(lines) = self.lines.take() {
            lines.end();
        }
        self.bar.finish_and_clear();
    }
}

impl Lines {
    fn start(bar: ProgressBar, things: &'static str) -> Self {
        let is_over = Arc::new((Mutex::new(false), Condvar::new()));
        let heard = Arc::clone(&is_over);
        let write = move || {
            let (is_over, end) = &*heard;
            let Ok(mut guard) = is_over.lock() else { return };
            while !*guard {
                let Ok((back, waited)) = end.wait_timeout(guard, LINE_EVERY) else { return };
                guard = back;
                if waited.timed_out() && !*guard {
                    note(&line(&bar, things));
                }
            }
        };
        Self { is_over, thread: Some(std::thread::spawn(write)) }
    }

    fn end(mut self) {
        let (is_over, end) = &*self.is_over;
        if let Ok(mut is_over) = is_over.lock() {
            *is_over = true;
        }
        end.notify_all();
        if let Some(thread) = self.thread.take() {
            // A thread that writes lines has no result.
            thread.join().ok();
        }
    }
}

/// One line: how long it took, how much is done, what is done now, how long it will take.
fn line(bar: &ProgressBar, things: &str) -> String {
    let (took, done) = (bar.elapsed(), bar.position());
    let mut parts = vec![in_words(took)];
    if let Some(all) = bar.length().filter(|all| *all > 0) {
        parts.push(format!("{done} of {all} {things}"));
        if done > 0 && done < all {
            parts.push(format!("about {} left", in_words(bar.eta())));
        }
    }
    let now = bar.message();
    if !now.is_empty() {
        parts.push(now);
    }
    format!("{LINE} {}", parts.join(", "))
}

/// A span of time as a person says it.
fn in_words(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_is_done() {
        let bar = ProgressBar::hidden();
        bar.set_length(20);
        bar.set_position(3);
        bar.set_message("s003");
        let said = line(&bar, "subjects");
        assert!(said.starts_with("progress: 0 s, 3 of 20 subjects, about "), "{said}");
        assert!(said.ends_with(" left, s003"), "{said}");
        assert_eq!(in_words(Duration::from_mins(123)), "2 h 3 min");
    }

    #[test]
    fn the_thread_of_the_lines_ends_with_the_work() {
        let lines = Lines::start(ProgressBar::hidden(), "subjects");
        lines.end();
    }
}
