//! Terminals as their users meet them: what programs draw, as readers of a screen see it.
#![expect(clippy::unwrap_used, reason = "a test may fail this way")]

mod controls;
mod damage;
mod flood;
mod hidden;
mod hostile;
mod input;
mod kept;
mod libvterm;
mod links;
mod others;
mod programs;
mod recorded;
mod screen;
mod session;
mod view;
