//! The command line: the list of commands. What each takes and does is in its room in `commands`.

use clap::{Parser, Subcommand};

use crate::commands::{
    api_key, audit, backup, bed, channel, comply, config, dlq, doctor, emergency, events, hl7,
    init, keys, message, patient, policy, queue, redis, replay, session, sign_in, token, unit,
    user,
};
use crate::exit::{EXIT_CODES, Outcome};
use crate::{demo, serve};

const EXAMPLES: &str = "\
Examples:
  wardline init /etc/wardline                     write a configuration, keys and a first token
  wardline serve                                  take in and deliver messages
  wardline hl7 send 127.0.0.1:2575 messages/      send files over MLLP and show what is answered
  wardline hl7 get PID-3.1,PID-5 message.hl7      read values out of a message

";

/// The clinical data plane of a hospital: takes in HL7 v2 messages, keeps them sealed, delivers them in order.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES, after_long_help = long_help())]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take in messages, keep them and deliver them, until told to stop.
    Serve(serve::ServeArgs),
    /// Try Wardline with a synthetic hospital on this machine.
    Demo(demo::DemoArgs),
    /// Write a configuration to start from, keys and a first API token.
    Init(init::InitArgs),
    /// Check, show or explain the configuration.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Look for what stands in the way of running, or will soon.
    Doctor(doctor::DoctorArgs),
    /// Look which technical controls hold, with what shows it.
    #[command(subcommand)]
    Comply(comply::ComplyCommand),
    /// Read, answer and send HL7 v2 messages. Needs no configuration and no server.
    #[command(subcommand)]
    Hl7(hl7::Hl7Command),
    /// Show channels with their live state.
    #[command(subcommand)]
    Channel(channel::ChannelCommand),
    /// Find, show and replay messages.
    #[command(subcommand)]
    Message(message::MessageCommand),
    /// List, show, retry, discard and edit dead letters: messages that need a person's decision.
    #[command(subcommand)]
    Dlq(dlq::DlqCommand),
    /// Move a stuck message out of the way, or have a destination tried now.
    #[command(subcommand)]
    Queue(queue::QueueCommand),
    /// Deliver stored messages again, and see how far jobs are.
    #[command(subcommand)]
    Replay(replay::ReplayCommand),
    /// Show live beds, and say what is done with them. Not a primary alarm.
    #[command(subcommand)]
    Bed(bed::BedCommand),
    /// Show units in numbers.
    #[command(subcommand)]
    Unit(unit::UnitCommand),
    /// Show what changes, as it changes.
    Events(events::EventsArgs),
    /// Show, find, change, merge, hold and erase records of patients.
    #[command(subcommand)]
    Patient(patient::PatientCommand),
    /// List, show, lock and end the sessions of people who are signed in.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Sign in as a person, with password and second factor; enrol one, change the password.
    SignIn(sign_in::SignInArgs),
    /// End your session.
    SignOut(sign_in::OwnArgs),
    /// Show as whom you are signed in.
    Whoami(sign_in::OwnArgs),
    /// Work on the audit trail: who did what to whose records.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// List, make, change and keep out users and service accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// List, make, rotate and revoke keys of service accounts.
    #[command(subcommand)]
    ApiKey(api_key::ApiKeyCommand),
    /// List, show, take back and review emergency accesses.
    #[command(subcommand)]
    Emergency(emergency::EmergencyCommand),
    /// Show, check and explain who may do what.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Render, raise, look at and break the Redis that Wardline stands on.
    #[command(subcommand)]
    Redis(redis::RedisCommand),
    /// Copy the embedded store, read a copy through, bring it back.
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Make, list and revoke the tokens of the HTTP API.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// See what the key-encryption key wraps, make a new one, move data keys to it.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Demo(args) => demo::run(&args),
            Command::Init(args) => init::run(&args),
            Command::Config(command) => config::run(command),
            Command::Doctor(args) => doctor::run(&args),
            Command::Comply(command) => comply::run(command),
            Command::Hl7(command) => hl7::run(command),
            Command::Channel(command) => channel::run(command),
            Command::Message(command) => message::run(command),
            Command::Dlq(command) => dlq::run(command),
            Command::Queue(command) => queue::run(command),
            Command::Replay(command) => replay::run(command),
            Command::Bed(command) => bed::run(command),
            Command::Unit(command) => unit::run(command),
            Command::Events(args) => events::run(&args),
            Command::Patient(command) => patient::run(&command),
            Command::Session(command) => session::run(&command),
            Command::SignIn(args) => sign_in::sign_in(&args),
            Command::SignOut(args) => sign_in::sign_out(&args),
            Command::Whoami(args) => sign_in::whoami(&args),
            Command::Audit(command) => audit::run(command),
            Command::User(command) => user::run(&command),
            Command::ApiKey(command) => api_key::run(&command),
            Command::Emergency(command) => emergency::run(&command),
            Command::Policy(command) => policy::run(&command),
            Command::Redis(command) => redis::run(command),
            Command::Backup(command) => backup::run(&command),
            Command::Token(command) => token::run(command),
            Command::Keys(command) => keys::run(command),
        }
    }
}

fn long_help() -> String {
    format!("{EXAMPLES}{EXIT_CODES}")
}

#[cfg(test)]
mod tests;
