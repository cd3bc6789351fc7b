//! x
use super::{Status, Stop};
use clap::Args;
/// Run
#[derive(Debug, Args)]
pub(super) struct Run {}
impl Run {
    pub(super) fn run(self) -> Result<Status, Stop> {
        Ok(Status::Fine)
    }
}
