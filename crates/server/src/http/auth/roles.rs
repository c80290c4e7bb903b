//! Which scopes a person's or a machine's role has. They are the coarse door before a route; what is behind it the
//! policy decides, so a scope here lets nobody see more than the policies do.

use wardline_access::model::{Purpose, Role, RoleSet};

use super::Scope::{
    self, AuditRead, AuditWrite, BedsRead, BedsWrite, EmergenciesReview, EmergenciesUse,
    IdentitiesRead, IdentitiesWrite, KeysRead, KeysWrite, Operate, PatientsRead, PatientsWrite,
    Phi, Read, SessionsRead, SessionsRevoke, SystemRead, SystemWrite, VitalsWrite,
};

/// The scopes of somebody who acts in these roles.
pub(super) fn scopes(roles: RoleSet) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = roles.iter().flat_map(of).copied().collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

const fn of(role: Role) -> &'static [Scope] {
    match role {
        Role::Physician | Role::Nurse => &[
            BedsRead,
            BedsWrite,
            VitalsWrite,
            PatientsRead,
            PatientsWrite,
            EmergenciesUse,
            Phi,
        ],
        Role::Pharmacist => &[BedsRead, PatientsRead, PatientsWrite, EmergenciesUse, Phi],
        Role::Lab | Role::Billing | Role::Admin => &[PatientsRead, PatientsWrite, Phi],
        Role::Registrar => &[BedsRead, BedsWrite, PatientsRead, PatientsWrite, Phi],
        Role::Patient | Role::Researcher | Role::HealthInformation => &[PatientsRead, Phi],
        Role::Operator => &[
            Read,
            Operate,
            SessionsRead,
            SessionsRevoke,
            SystemRead,
            SystemWrite,
            Phi,
        ],
        Role::Auditor => &[
            AuditRead,
            IdentitiesRead,
            EmergenciesReview,
            KeysRead,
            SystemRead,
        ],
        Role::PrivacyOfficer => &[
            AuditRead,
            AuditWrite,
            IdentitiesRead,
            EmergenciesReview,
            SessionsRead,
            SessionsRevoke,
            KeysRead,
            SystemRead,
            // To release records for public health and legal purposes, and for nothing else: see `sees_session_fields`.
            PatientsRead,
            Phi,
        ],
        Role::SecurityAdmin => &[
            IdentitiesRead,
            IdentitiesWrite,
            SessionsRead,
            SessionsRevoke,
            KeysRead,
            KeysWrite,
            SystemRead,
        ],
        Role::Integration | Role::Device => &[VitalsWrite],
        // What applications may stands at their tokens.
        Role::Application => &[],
    }
}

/// Whether somebody in these roles sees the fields of sessions, as far as its scopes and the policies let: not by a role
/// that has the scope `phi` to release records alone.
pub(super) fn sees_session_fields(roles: RoleSet) -> bool {
    let releases = [Role::PrivacyOfficer, Role::HealthInformation];
    let others = roles.iter().filter(|role| !releases.contains(role));
    roles == RoleSet::one(Role::Application) || others.flat_map(of).any(|scope| *scope == Phi)
}

/// For what somebody in these roles acts, unless it says otherwise.
pub(super) fn usual_purpose(roles: RoleSet) -> Purpose {
    let role = roles.iter().next();
    match role {
        Some(
            Role::Physician
            | Role::Nurse
            | Role::Pharmacist
            | Role::Lab
            | Role::Integration
            | Role::Device,
        ) => Purpose::Treatment,
        Some(Role::Billing) => Purpose::Payment,
        Some(Role::Patient) => Purpose::PatientRequest,
        Some(Role::Researcher) => Purpose::Research,
        _ => Purpose::Operations,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_phi_to_release_records_sees_no_fields_of_sessions_by_it() {
        let both = |other| RoleSet::of(&[Role::PrivacyOfficer, other]);

        for role in [
            Role::PrivacyOfficer,
            Role::HealthInformation,
            Role::SecurityAdmin,
        ] {
            assert!(!sees_session_fields(RoleSet::one(role)), "{role}");
            assert!(!sees_session_fields(both(role)), "{role}");
        }
        for role in [Role::Application, Role::Operator] {
            assert!(sees_session_fields(RoleSet::one(role)), "{role}");
        }
        assert!(sees_session_fields(both(Role::Operator)));
    }

    #[test]
    fn no_role_has_the_scopes_of_applications_and_who_edits_rights_sees_no_patient() {
        for role in Role::ALL {
            let scopes = scopes(RoleSet::one(*role));

            for scope in [Scope::SessionsCheck, Scope::SessionsWrite, Scope::Admin] {
                assert!(!scopes.contains(&scope), "{role} has {scope}");
            }
            if scopes.contains(&IdentitiesWrite) {
                assert!(!scopes.contains(&Phi), "{role}");
            }
        }
    }
}
