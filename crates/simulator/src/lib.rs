//! A synthetic hospital that speaks HL7 v2 over real sockets, the partner systems that it talks to, and
//! load, hostile and friendly. Everything in it is invented; it shares no code with what it tests but
//! the framing and the acknowledgements, which other implementations check too.
//!
//! Start reading at [`hospital`] (the story), [`sender`] (who tells it), [`partner`] (who listens);
//! [`scenario`] makes things go wrong, [`load`] goes fast, and [`hostile`] means no good.

pub mod hospital;
pub mod hostile;
pub mod load;
pub mod partner;
pub mod scenario;
pub mod sender;
