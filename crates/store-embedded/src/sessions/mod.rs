//! The store of sessions: every live session in memory, every change on disk before its answer.
//!
//! A check looks at `image` only and waits for nothing. What must not be lost goes through `writer`, which decides
//! on the image, writes rows and then changes the image, so that the image never shows what the disk does not
//! have. Activity is written behind (`writer::behind`, in steps between the changes); a kill loses at most that, which shortens sessions.
//! `rows` says what stands on disk; `load` reads it back. Docs: `docs/decisions/0006-sessions.md`.

mod image;
mod load;
mod port;
mod rows;
mod writer;

pub(crate) use image::Image;
pub(crate) use load::load;
pub(crate) use writer::SessionWriter;
