//! The service as its faces use it, on the model of its store, with partners that do as a test says.

mod acceptance;
mod dead_letters;
mod delivery;
mod jobs;
mod overload;
mod retention;
mod scene;
