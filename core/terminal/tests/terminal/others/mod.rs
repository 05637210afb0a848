//! What others wrote, and our screen: another terminal, vttest, and the programs that people run. They are installed by
//! the step of `scripts/test` that runs these.

mod differences;
mod played;
mod programs;
mod shells;
mod stage;
mod streams;
mod vttest;
mod xterm;
