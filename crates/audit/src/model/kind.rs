//! What happened, and how it ended. The numbers stand in stored records: one is never given a second meaning.

macro_rules! numbered {
    ($(#[$page:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$page])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$item])* $variant = $number,)*
        }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The number that stands in records.
            pub const fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The one of this number.
            pub const fn of(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }

            /// The word for it, in every face.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$variant),)* _ => Err(()) }
            }
        }
    };
}

numbered! {
    /// What happened.
    EventKind {
        /// Policy let somebody through.
        AccessGranted = 1, "access-granted";
        /// Policy held somebody back.
        AccessDenied = 2, "access-denied";
        /// A record was read.
        Read = 3, "read";
        /// A record was made or changed.
        Write = 4, "write";
        /// A record was deleted or made unreadable.
        Delete = 5, "delete";
        /// A search; its patients are all that it returned.
        Search = 6, "search";
        /// Somebody signed in, or tried to.
        Login = 7, "login";
        /// Somebody signed out, or was.
        Logout = 8, "logout";
        /// Records left in bulk: a file, a print-out.
        Export = 9, "export";
        /// An emergency grant was asked for.
        EmergencyRequested = 10, "emergency-requested";
        /// Something was done on the strength of an emergency grant.
        EmergencyUsed = 11, "emergency-used";
        /// An emergency grant was taken back.
        EmergencyRevoked = 12, "emergency-revoked";
        /// An emergency grant ran out.
        EmergencyExpired = 13, "emergency-expired";
        /// Somebody closed the review of an emergency.
        EmergencyReviewed = 14, "emergency-reviewed";
        /// Policies were changed.
        PolicyChanged = 15, "policy-changed";
        /// A key was made, rotated, rewrapped or destroyed.
        KeyChanged = 16, "key-changed";
        /// The configuration was changed.
        ConfigurationChanged = 17, "configuration-changed";
        /// An identity, a role or a relation was changed.
        IdentityChanged = 18, "identity-changed";
        /// An HL7 message came in.
        Hl7Received = 19, "hl7-received";
        /// An HL7 message went out.
        Hl7Sent = 20, "hl7-sent";
        /// The trail itself was read.
        AuditRead = 21, "audit-read";
        /// What is kept about the trail was changed: an alert's state, a hold, an archive, retention.
        AuditChanged = 22, "audit-changed";
        /// Records were disclosed to somebody outside (45 CFR 164.528).
        Disclosure = 23, "disclosure";
        /// A live stream was opened, or is still watched.
        StreamWatched = 24, "stream-watched";
        /// A backup was made, checked or restored.
        Backup = 25, "backup";
        /// The trail was opened by a process.
        TrailOpened = 26, "trail-opened";
        /// The process closed the trail in order.
        TrailClosed = 27, "trail-closed";
        /// The process before ended without closing the trail; what was not durable then is not in it.
        TrailRepaired = 28, "trail-repaired";
        /// The host's clock went back; the trail's times stood still meanwhile.
        ClockWentBack = 29, "clock-went-back";
        /// All of the trail was verified; the outcome says whether nothing was wrong.
        TrailVerified = 30, "trail-verified";
        /// The host's clock went forward by far more than the time that passed.
        ClockWentForward = 31, "clock-went-forward";
    }
}

numbered! {
    /// How it ended.
    Outcome {
        /// As asked.
        Success = 0, "success";
        /// Refused by policy or for want of proof of who asks.
        Denied = 1, "denied";
        /// It failed for another reason.
        Failed = 2, "failed";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_lead_back_to_each_kind_and_outcome() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::of(kind.number()), Some(*kind));
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of(outcome.number()), Some(*outcome));
            assert_eq!(outcome.as_str().parse(), Ok(*outcome));
        }
        assert_eq!(EventKind::of(0), None);
        assert_eq!(Outcome::of(3), None);
    }
}
