//! The steps of sealing a block, and the points at which a test can stop between them.

/// A step that was just done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Entries were judged and taken; alarms among them were relayed. If it stops here, nothing is durable and nobody
    /// was told: the authors send again, and an alarm that was relayed stays "sealing" until its hub repeats it.
    Offered,
    /// The block is signed, in memory only. If it stops here, the signature was seen by nobody, so the same height can
    /// be decided anew without two certified headers existing.
    Cut,
    /// The block is durable. If it stops here, the next start finds it, publishes it, and answers the authors' second
    /// sending with "known".
    Committed,
    /// The block is visible to subscribers. If it stops here, the authors send again and are answered "known".
    Published,
    /// The authors were answered. If it stops here, nothing is left to do.
    Answered,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 5] = [Self::Offered, Self::Cut, Self::Committed, Self::Published, Self::Answered];
}

/// A step of erasing by order that was just done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EraseStep {
    /// The bodies are deleted from the database, in one transaction with their number. If it stops here, the log may still
    /// hold them; the next start finds the order unconfirmed, deletes nothing twice, and goes on.
    Deleted,
    /// The log is empty too. If it stops here, nothing is left of the bodies; the next start says so.
    Purged,
    /// The receipt was submitted. If it stops here, it is sealed or not; where it is not, the next start says the same again.
    Confirmed,
}

impl EraseStep {
    /// All steps, in order.
    pub const ALL: [Self; 3] = [Self::Deleted, Self::Purged, Self::Confirmed];
}

/// A test said to stop here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stopped;

/// Looks on between the steps. An error after [`Step::Committed`] is a commit that reports failure but persisted.
pub trait Probe: Send + 'static {
    /// Called after each step.
    ///
    /// # Errors
    /// [`Stopped`] ends the sequencer on the spot.
    fn after(&mut self, step: Step) -> Result<(), Stopped>;

    /// Called after each step of erasing.
    ///
    /// # Errors
    /// [`Stopped`] ends the gateway on the spot.
    fn after_erasing(&mut self, _: EraseStep) -> Result<(), Stopped> {
        Ok(())
    }
}

/// The probe of production: never stops.
#[derive(Clone, Copy, Debug)]
pub struct Uninterrupted;

impl Probe for Uninterrupted {
    fn after(&mut self, _: Step) -> Result<(), Stopped> {
        Ok(())
    }
}
