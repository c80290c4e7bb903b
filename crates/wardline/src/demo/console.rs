//! What people type while the demonstration runs.

use std::io::BufRead as _;

use tokio::sync::mpsc;

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Stop or start this partner.
    Partner(usize),
    /// Kill the server's process.
    Kill,
    /// End.
    Quit,
}

/// Wishes from standard input. Closing it is not a wish: a demonstration in the background goes on.
pub(super) fn listen() -> mpsc::Receiver<Wish> {
    let (sender, wishes) = mpsc::channel(8);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if let Some(wish) = parse(&line)
                && sender.blocking_send(wish).is_err()
            {
                return;
            }
        }
    });
    wishes
}

fn parse(line: &str) -> Option<Wish> {
    match line.trim() {
        "1" => Some(Wish::Partner(0)),
        "2" => Some(Wish::Partner(1)),
        "k" => Some(Wish::Kill),
        "q" => Some(Wish::Quit),
        _ => None,
    }
}
