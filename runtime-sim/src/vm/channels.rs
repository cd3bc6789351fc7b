//! Sending and receiving where the task may have to wait.

use weir_analyzer::mir::Intrinsic;

use super::visible::receive_failure;
use super::{Flow, Turn};
use crate::failure::Fallible;
use crate::machine::Machine;
use crate::program::{ListId, Program, Reg};
use crate::sync::{Message, Received, Waiter};
use crate::task::{Fiber, Wait};
use crate::value::{SyncId, Value};

impl Machine {
    /// A send or receive, if it is one.
    pub(super) fn channel_native(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        dest: Reg,
        intrinsic: Intrinsic,
        args: ListId,
    ) -> Fallible<Option<Flow>> {
        let value = match (intrinsic, program.list(args)) {
            (Intrinsic::ChannelSend, [channel, value]) => {
                let id = self.sync_of(fiber, *channel)?;
                let value = self.read(fiber, *value).clone();
                let message = Message { value, stamp: turn.stamp() };
                if let Some(message) = self.send_now(id, message)? {
                    let waiter = Waiter::plain(turn.task);
                    self.channel(id)?.senders.push_back((waiter, message));
                    return Ok(Some(turn.waits(Wait::Send(id))));
                }
                Value::Unit
            }
            (Intrinsic::ChannelReceive | Intrinsic::ChannelNext, [channel]) => {
                let id = self.sync_of(fiber, *channel)?;
                let is_next = intrinsic == Intrinsic::ChannelNext;
                match self.receive_now(id)? {
                    Received::Value(message, _) if is_next => Value::some(message.value),
                    Received::Value(message, _) => message.value,
                    Received::Drained if is_next => Value::None,
                    Received::Drained => return Err(receive_failure()),
                    Received::Empty => return self.wait_to_receive(turn, id).map(Some),
                }
            }
            _ => return Ok(None),
        };
        fiber.give(dest, value);
        Ok(Some(Flow::Next))
    }

    pub(super) fn wait_to_receive(&mut self, turn: &mut Turn, id: SyncId) -> Fallible<Flow> {
        self.channel(id)?.receivers.push_back(Waiter::plain(turn.task));
        Ok(turn.waits(Wait::Receive(id)))
    }
}
