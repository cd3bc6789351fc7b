//! x
use clap::Args;
use super::{Status, Stop};
/// Run
#[derive(Debug, Args)]
pub(super) struct Run {}
impl Run { pub(super) fn run(self) -> Result<Status, Stop> { Ok(Status::Fine) } }
