//! Clinicians' sessions: created, checked in one atomic step, extended by what a person does, locked, revoked,
//! expired.
