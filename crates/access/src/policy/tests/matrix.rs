//! Who may do what: the table, written by hand, against the policies in every combination of role, data type,
//! action, relation and label.

use super::{engine, facts};
use crate::model::{Action, DataType, Purpose, Role, RoleSet, TypeSet};
use crate::policy::{Facts, Finding, PolicySet, lint};

/// For each role: of whom | sees | writes | deletes | prints | exports. `-` is nothing.
const MATRIX: &str = "
physician       | treats | diagnosis treatment medications vitals lab_results demographics allergies notes appointments census | diagnosis treatment medications allergies notes | - | diagnosis treatment medications vitals lab_results demographics allergies notes appointments | -
nurse           | treats | vitals medications demographics allergies notes lab_results diagnosis treatment census | vitals notes allergies | - | - | -
pharmacist      | treats | medications allergies diagnosis lab_results vitals demographics census | medications allergies | - | - | -
lab             | treats | lab_results diagnosis demographics | lab_results | - | - | -
registrar       | anyone | demographics appointments insurance census | demographics appointments insurance census | - | - | -
admin           | anyone | demographics insurance billing | demographics insurance | - | - | -
billing         | anyone | demographics billing insurance | billing | - | - | -
patient         | own    | demographics vitals medications appointments | - | - | demographics vitals medications appointments | demographics vitals medications appointments
operator        | anyone | messages sessions system | messages system | sessions | - | -
auditor         | anyone | audit emergencies identities policy keys system | - | - | audit emergencies | audit emergencies
privacy_officer | anyone | audit emergencies identities policy sessions keys system | emergencies audit | sessions demographics | audit emergencies | audit emergencies
security_admin  | anyone | policy identities sessions keys system | policy identities keys | sessions | - | -
integration     | anyone | - | messages census vitals lab_results demographics | - | - | -
device          | anyone | - | vitals | - | - | -
researcher      | anyone | deidentified | - | - | - | deidentified
application     | anyone | messages census vitals demographics sessions audit keys system | messages census vitals sessions audit keys system | sessions | - | -
health_information | anyone | diagnosis treatment medications vitals lab_results demographics allergies notes appointments insurance billing | - | - | diagnosis treatment medications vitals lab_results demographics allergies notes appointments insurance billing | diagnosis treatment medications vitals lab_results demographics allergies notes appointments insurance billing
";

/// What those who release records may release, and as what.
const RELEASED: &str = "diagnosis treatment medications vitals lab_results demographics allergies notes appointments \
                        insurance billing";
const RELEASERS: [Role; 2] = [Role::PrivacyOfficer, Role::HealthInformation];

/// What an emergency access shows, and to whom.
const EMERGENCY_ROLES: [Role; 3] = [Role::Physician, Role::Nurse, Role::Pharmacist];
const EMERGENCY_TYPES: &str = "diagnosis treatment medications vitals lab_results demographics allergies notes \
                               appointments census";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    None,
    CareTeam,
    Department,
    Own,
    Emergency,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    None,
    Vip,
    Employee,
    Confidential,
    PsychotherapyOfAnother,
    PsychotherapyOwn,
    Part2,
    Part2Consented,
}

const RELATIONS: [Relation; 5] = [
    Relation::None,
    Relation::CareTeam,
    Relation::Department,
    Relation::Own,
    Relation::Emergency,
];
const LABELS: [Label; 8] = [
    Label::None,
    Label::Vip,
    Label::Employee,
    Label::Confidential,
    Label::PsychotherapyOfAnother,
    Label::PsychotherapyOwn,
    Label::Part2,
    Label::Part2Consented,
];

struct Row {
    role: Role,
    of_whom: &'static str,
    sees: TypeSet,
    writes: TypeSet,
    deletes: TypeSet,
    prints: TypeSet,
    exports: TypeSet,
}

impl Row {
    fn may(&self, action: Action) -> TypeSet {
        match action {
            Action::Read | Action::Search | Action::Stream => self.sees,
            Action::Write => self.writes,
            Action::Delete => self.deletes,
            Action::Print => self.prints,
            Action::Export => self.exports,
        }
    }
}

fn types(text: &str) -> TypeSet {
    text.split_whitespace()
        .filter(|word| *word != "-")
        .map(|word| DataType::parse(word).unwrap())
        .collect()
}

fn matrix() -> Vec<Row> {
    let rows = MATRIX.lines().filter(|line| !line.is_empty());
    rows.map(|line| {
        let cells: Vec<&'static str> = line.split('|').map(str::trim).collect();
        Row {
            role: Role::parse(cells[0]).unwrap(),
            of_whom: cells[1],
            sees: types(cells[2]),
            writes: types(cells[3]),
            deletes: types(cells[4]),
            prints: types(cells[5]),
            exports: types(cells[6]),
        }
    })
    .collect()
}

fn with(facts: Facts, relation: Relation, label: Label) -> Facts {
    let mut facts = facts;
    match relation {
        Relation::None => {}
        Relation::CareTeam => facts.care_team = true,
        Relation::Department => facts.department = true,
        Relation::Own => facts.own = true,
        Relation::Emergency => {
            facts.emergency = true;
            facts.purpose = Purpose::BreakGlass;
        }
    }
    match label {
        Label::None => {}
        Label::Vip => facts.vip = true,
        Label::Employee => facts.employee = true,
        Label::Confidential => facts.confidential = true,
        Label::PsychotherapyOfAnother => facts.psychotherapy = true,
        Label::PsychotherapyOwn => (facts.psychotherapy, facts.author) = (true, true),
        Label::Part2 => facts.part2 = true,
        Label::Part2Consented => (facts.part2, facts.consent) = (true, true),
    }
    facts
}

fn label_lets(role: Role, relation: Relation, label: Label, is_view: bool) -> bool {
    let by_emergency = relation == Relation::Emergency && is_view;
    let is_labelled = matches!(
        label,
        Label::PsychotherapyOwn | Label::Part2 | Label::Part2Consented
    );
    if role == Role::HealthInformation && is_labelled {
        // Whoever wrote it and whatever was consented to: it takes an authorisation of its own.
        return false;
    }
    match label {
        Label::None | Label::PsychotherapyOwn | Label::Part2Consented => true,
        Label::PsychotherapyOfAnother => false,
        Label::Part2 => relation == Relation::Own || by_emergency,
        Label::Vip | Label::Employee | Label::Confidential => {
            matches!(relation, Relation::CareTeam | Relation::Own)
                || role.is_machine()
                || by_emergency
        }
    }
}

fn expected(row: &Row, of: DataType, action: Action, relation: Relation, label: Label) -> bool {
    if !label_lets(row.role, relation, label, action.is_view()) {
        return false;
    }
    if relation == Relation::Emergency {
        return action.is_view()
            && EMERGENCY_ROLES.contains(&row.role)
            && types(EMERGENCY_TYPES).has(of);
    }
    let is_related = match row.of_whom {
        "treats" if action == Action::Print => relation == Relation::CareTeam,
        "treats" => matches!(relation, Relation::CareTeam | Relation::Department),
        "own" => relation == Relation::Own,
        _ => true,
    };
    is_related && row.may(action).has(of)
}

#[test]
fn the_policies_say_what_the_table_says_in_every_combination() {
    let engine = engine();
    let mut wrong = Vec::new();

    for row in matrix() {
        for of in DataType::ALL {
            for action in Action::ALL {
                for relation in RELATIONS {
                    for label in LABELS {
                        let facts = with(facts(row.role, *action), relation, label);
                        let is_permitted = engine.permits(&facts, *of);
                        if is_permitted != expected(&row, *of, *action, relation, label) {
                            wrong.push((row.role, *of, *action, relation, label, is_permitted));
                        }
                    }
                }
            }
        }
    }

    assert!(
        wrong.is_empty(),
        "{} wrong: {:?}",
        wrong.len(),
        wrong.first()
    );
}

#[test]
fn every_role_stands_in_the_table_once() {
    let roles: Vec<Role> = matrix().iter().map(|row| row.role).collect();

    assert_eq!(roles, Role::ALL);
}

#[test]
fn a_role_acts_for_its_purposes_and_for_no_other() {
    let engine = engine();
    let of = |role: Role, data_type: DataType| -> Vec<&str> {
        let allowed = Purpose::ALL.iter().filter(|purpose| {
            let facts = Facts {
                purpose: **purpose,
                ..facts(role, Action::Read)
            };
            engine.permits(&facts.of_somebody(), data_type)
        });
        allowed.map(|purpose| purpose.as_str()).collect()
    };

    assert_eq!(of(Role::Physician, DataType::Notes), ["TREAT", "ETREAT"]);
    assert_eq!(of(Role::Nurse, DataType::Vitals), ["TREAT", "ETREAT"]);
    assert_eq!(of(Role::Billing, DataType::Billing), ["HPAYMT"]);
    assert_eq!(of(Role::Admin, DataType::Billing), ["HPAYMT", "HOPERAT"]);
    assert_eq!(of(Role::Auditor, DataType::Audit), ["HOPERAT"]);
    assert_eq!(of(Role::Patient, DataType::Vitals), ["PATRQT"]);
    assert_eq!(of(Role::Researcher, DataType::Deidentified), ["HRESCH"]);
    let releases = ["PUBHLTH", "HLEGAL"];
    assert_eq!(of(Role::PrivacyOfficer, DataType::Notes), releases);
    assert_eq!(
        of(Role::HealthInformation, DataType::Notes),
        ["HOPERAT", "PUBHLTH", "HLEGAL"]
    );
}

#[test]
fn for_public_health_and_legal_purposes_records_are_taken_by_those_who_release_them_and_by_nobody_else()
 {
    let engine = engine();
    let mut taken = Vec::new();

    for role in Role::ALL {
        for purpose in [Purpose::PublicHealth, Purpose::Legal] {
            for action in [Action::Export, Action::Print] {
                let facts = Facts {
                    purpose,
                    ..facts(*role, action)
                };
                let may = |of: &DataType| engine.permits(&facts.of_somebody(), *of);
                let types: TypeSet = DataType::ALL.iter().copied().filter(may).collect();
                if !types.is_empty() {
                    taken.push((*role, purpose, action, types));
                }
            }
        }
    }

    assert_eq!(taken.len(), RELEASERS.len() * 4);
    for (role, _, _, released) in taken {
        assert!(RELEASERS.contains(&role), "{role}");
        assert_eq!(released, types(RELEASED), "{role}");
    }
}

#[test]
fn psychotherapy_notes_and_records_of_part_2_are_released_to_nobody() {
    let engine = engine();

    for role in RELEASERS {
        for purpose in [Purpose::PublicHealth, Purpose::Legal] {
            for action in [Action::Read, Action::Export, Action::Print] {
                for of in types(RELEASED).iter() {
                    let plain = Facts {
                        purpose,
                        ..facts(role, action)
                    };
                    let note_of_its_own = Facts {
                        psychotherapy: true,
                        author: true,
                        ..plain
                    };
                    let consented = Facts {
                        part2: true,
                        consent: true,
                        ..plain.of_somebody()
                    };

                    assert!(engine.permits(&plain, of));
                    assert!(!engine.permits(&note_of_its_own, of), "{role} {of}");
                    assert!(!engine.permits(&consented, of), "{role} {of}");
                }
            }
        }
    }
}

#[test]
fn nobody_suspended_and_no_person_without_second_factor_may_do_anything() {
    let engine = engine();

    for role in Role::ALL {
        for data_type in DataType::ALL {
            for action in Action::ALL {
                let at_best = facts(*role, *action).of_somebody();
                let suspended = Facts {
                    suspended: true,
                    emergency: true,
                    ..at_best
                };
                let one_factor = Facts {
                    second_factor: false,
                    service: false,
                    emergency: true,
                    ..at_best
                };

                assert!(!engine.permits(&suspended, *data_type));
                assert!(!engine.permits(&one_factor, *data_type));
            }
        }
    }
}

#[test]
fn off_shift_those_who_treat_see_only_under_an_emergency_access() {
    let engine = engine();
    let off = Facts {
        off_shift: true,
        care_team: true,
        ..facts(Role::Nurse, Action::Read)
    };
    let emergency = Facts {
        emergency: true,
        purpose: Purpose::BreakGlass,
        ..off
    };

    assert!(!engine.permits(&off, DataType::Vitals));
    assert!(engine.permits(&emergency, DataType::Vitals));
}

#[test]
fn the_built_in_policies_have_nothing_that_the_lint_objects_to() {
    assert_eq!(lint(PolicySet::built_in().unwrap()), []);
}

#[test]
fn the_lint_finds_what_nobody_reads_what_is_written_unseen_and_power_beside_data() {
    let source = r#"
        @id("a") @says("a")
        permit (principal in Role::"security_admin", action == Action::"write", resource)
        when { [DataType::"policy", DataType::"notes"].contains(resource) };
        @id("b") @says("b")
        permit (principal in Role::"security_admin", action == Action::"read", resource == DataType::"vitals");
    "#;
    let findings = lint(PolicySet::from_sources(&[("a.cedar", source)]).unwrap());

    let role = Role::SecurityAdmin;
    assert!(findings.contains(&Finding::NoReader(DataType::Notes)));
    assert!(!findings.contains(&Finding::NoReader(DataType::Vitals)));
    assert!(findings.contains(&Finding::WritesUnseen {
        role,
        data_type: DataType::Notes
    }));
    assert!(findings.contains(&Finding::EditsAndReads {
        role,
        data_type: DataType::Vitals
    }));
}

#[test]
fn the_lint_finds_labelled_data_that_is_released() {
    let policy = |unless: &str| {
        let source = format!(
            r#"
            @id("a") @says("a")
            permit (principal in Role::"admin", action == Action::"export", resource == DataType::"notes")
            when {{ context.purpose == Purpose::"HLEGAL" {unless} }};
            "#
        );
        let findings = lint(PolicySet::from_sources(&[("a.cedar", &source)]).unwrap());
        let released = findings.into_iter();
        let released = released.filter(|of| matches!(of, Finding::ReleasesLabelled { .. }));
        released.collect::<Vec<_>>()
    };

    let finding = Finding::ReleasesLabelled {
        role: Role::Admin,
        purpose: Purpose::Legal,
        data_type: DataType::Notes,
    };
    assert_eq!(policy(""), [finding]);
    assert_eq!(policy("&& !context.part2"), [finding]);
    assert_eq!(policy("&& !context.psychotherapy"), [finding]);
    assert_eq!(policy("&& !context.psychotherapy && !context.part2"), []);
}

#[test]
fn somebody_in_two_roles_may_what_either_may() {
    let engine = engine();
    let facts = Facts {
        roles: RoleSet::of(&[Role::Nurse, Role::Auditor]),
        purpose: Purpose::Operations,
        ..facts(Role::Nurse, Action::Read)
    };

    assert!(engine.permits(&facts, DataType::Audit));
    assert!(!engine.permits(&facts, DataType::Vitals));
}
