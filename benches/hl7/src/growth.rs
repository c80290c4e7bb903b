//! Whether time grows with size alone: nanoseconds per kilobyte from 1 to 50 MB.

use crate::contenders::{accept_wardline, index_wardline};
use crate::measure::{median, one_round};
use crate::messages::{with_document, with_results};

const MEGABYTES: [usize; 5] = [1, 5, 10, 25, 50];

/// Prints MB/s per size.
pub fn report() {
    println!("\ngrowth, MB/s at {MEGABYTES:?} MB");
    let readers: [(&str, fn(&str) -> usize); 2] = [
        ("accepting", accept_wardline),
        ("full index", index_wardline),
    ];
    let makers: [(&str, fn(usize) -> String); 2] = [
        ("one base64 document", with_document),
        ("many results", with_results),
    ];
    for (maker, make) in makers {
        let messages = MEGABYTES.map(|size| make(size * 1_000_000));
        for (reader, read) in readers {
            let speeds = messages.each_ref().map(|message| {
                let message = std::slice::from_ref(message);
                median((0..5).map(|_| one_round(read, message)).collect())
            });
            let shown = speeds.map(|speed| format!("{speed:>8.0}"));
            println!("{:<34}{}", format!("{maker}, {reader}"), shown.concat());
        }
    }
}
