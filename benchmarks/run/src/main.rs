//! How fast programs run, beside the same programs in other languages.
//!
//! What it is not: a test of what they print, beyond that all print the same. Invariant: what one line of a
//! table compares ran in the same minutes, by turns.

mod measure;
mod peers;
mod programs;
mod tables;

use peers::Peers;
use tables::Options;

const TABLES: &[(&str, fn(&Peers, &Options))] = &[
    ("computing", tables::computing),
    ("tasks", tables::tasks),
    ("memory", tables::memory),
    ("recording", tables::recording),
    ("races", tables::races),
];

fn main() {
    let mut options = Options { rounds: 5, scale: 1, only: None };
    let mut wanted = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| stop(&argument));
        match argument.as_str() {
            "--rounds" => options.rounds = value().parse().unwrap_or_else(|_| stop(&argument)),
            "--scale" => options.scale = value().parse().unwrap_or_else(|_| stop(&argument)),
            "--only" => options.only = Some(value()),
            name => match TABLES.iter().find(|(table, _)| *table == name) {
                Some((_, print)) => wanted.push(*print),
                None => stop(name),
            },
        }
    }
    if wanted.is_empty() {
        wanted.extend(TABLES.iter().map(|(_, print)| *print));
    }
    let peers = Peers::find();
    for print in wanted {
        print(&peers, &options);
        println!();
    }
}

fn stop(argument: &str) -> ! {
    let names: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    eprintln!("`{argument}`: expected {}, --rounds N, --scale N or --only NAME", names.join(", "));
    std::process::exit(2);
}
