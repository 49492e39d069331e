//! Secrets: what is overwritten when, and what reports say.

mod blocks;
mod shown;
mod values;
