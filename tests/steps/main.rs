//! Steps stay flat: what an operation costs a node does not grow with the tree, in whatever order it is asked for.
//!
//! Steps are counted, not timed: `RUSTFLAGS="--cfg freehold_steps" cargo test --release --test steps -- --nocapture` prints how
//! many there are from a thousand nodes to a million; with `-- --ignored --nocapture` it goes on to ten million. Where the
//! documentation says that something costs more than a constant for each node, it is measured for each of those that it
//! says it costs.
#![cfg(freehold_steps)]

mod budgets;
mod claims;
mod frees;
mod memory;
mod moves;
mod shapes;
mod subtrees;
mod views;

use freehold::Error;

/// One operation in one order.
struct Case {
    name: &'static str,
    /// What it is said to cost a step each.
    unit: &'static str,
    /// Does it with so many nodes, or so many units where those would be too many, and gives the steps each has cost.
    run: fn(usize) -> Result<f64, Error>,
}

/// How many times as much a unit may cost in the largest tree as in the smallest.
const MOST: f64 = 1.5;

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// Does some work, and says how many steps each of so many units has cost.
fn each(units: usize, work: impl FnOnce() -> Result<(), Error>) -> Result<f64, Error> {
    let before = freehold::steps();
    work()?;
    Ok((freehold::steps() - before) as f64 / units as f64)
}

/// For orders in which what is asked for is said to cost as much as there are others: as many as come to about `units`.
fn triangle(units: usize) -> usize {
    (2 * units).isqrt()
}

fn table(sizes: &[usize]) -> Result<(), Error> {
    let all = [frees::CASES, moves::CASES, claims::CASES, budgets::CASES, subtrees::CASES, memory::CASES, views::CASES];
    let only = std::env::var("CASE").ok();
    let mut grown = Vec::new();
    let titles: String = sizes.iter().map(|size| format!(" {size} |")).collect();
    println!("| steps for each | of |{titles}\n|---|---|{}", "---|".repeat(sizes.len()));
    for case in all.into_iter().flatten().filter(|case| only.as_ref().is_none_or(|only| case.name.contains(only))) {
        print!("| {} | {} |", case.unit, case.name);
        let mut least = f64::INFINITY;
        for &size in sizes {
            let steps = (case.run)(size)?;
            print!(" {steps:.1} |");
            least = least.min(steps);
            if steps > least * MOST {
                // The next size might never end.
                grown.push(case.name);
                break;
            }
        }
        println!();
    }
    assert!(grown.is_empty(), "these cost more in larger trees: {grown:?}");
    Ok(())
}

#[test]
fn steps_stay_flat_up_to_a_million() -> Result<(), Error> {
    table(&SIZES[..4])
}

#[test]
#[ignore = "takes 7.5 GiB of memory and some minutes"]
fn steps_stay_flat_up_to_ten_million() -> Result<(), Error> {
    table(&SIZES)
}
