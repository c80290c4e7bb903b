//! New certificates while everything runs.
//!
//! A data node takes a new certificate by `CONFIG SET`; connections that there are stay. A Sentinel of Redis 7.0 knows
//! no such command and is started again, one after the other, so that a majority always watches.

use wardline_kernel::SystemClock;

use super::Lab;
use crate::certificates::{Authority, CertificateFiles, Purpose, Renewal};
use crate::description::Node;
use crate::link::LinkTls;
use crate::{EstateError, Role, rotation};

impl Lab {
    /// Gives every node and client a new certificate of the authority that signs now, and has it trust what is trusted
    /// now. Answers the names of those that have one.
    ///
    /// # Errors
    /// [`EstateError`]; what was not reached has its old certificate, which stays good.
    pub async fn rotate_certificates(&mut self) -> Result<Vec<String>, EstateError> {
        if !self.estate.settings.tls {
            return Err(EstateError::Description("this lab has no TLS".to_owned()));
        }
        let authority =
            Authority::open_or_make(&self.directory.join("ca"), &self.estate.name, &SystemClock)?;
        let mut renewed = Vec::new();
        for node in &self.estate.nodes {
            self.renew(&authority, node)?;
            let mut link = self.link(node.address, Role::Admin).await?;
            rotation::reload(&mut link, &self.estate, node).await?;
            renewed.push(node.name.clone());
        }
        for node in &self.estate.sentinels {
            self.renew(&authority, node)?;
            self.kill(&node.name)?;
            self.restart(&node.name).await?;
            self.wait_until_whole().await?;
            renewed.push(node.name.clone());
        }
        for role in Role::CLIENTS {
            let files = self.client_certificate(role);
            authority.issue(role.name(), &Purpose::Client, &files, &SystemClock)?;
            renewed.push(role.name().to_owned());
        }
        self.tls = Some(LinkTls::read(&self.client_certificate(Role::Admin))?);
        Ok(renewed)
    }

    /// Takes the next step towards a new authority, and gives everybody the files of it. Three of them replace the
    /// authority. Answers how far it is then.
    ///
    /// # Errors
    /// [`EstateError`]; a step that did not reach everybody is repeated with [`Lab::rotate_certificates`] before the next.
    pub async fn renew_authority(&mut self) -> Result<Renewal, EstateError> {
        let folder = self.directory.join("ca");
        match Renewal::of(&folder)? {
            Renewal::None => Renewal::begin(&folder, &self.estate.name, &SystemClock)?,
            Renewal::Begun => Renewal::switch(&folder)?,
            Renewal::Switched => Renewal::finish(&folder)?,
        }
        self.rotate_certificates().await?;
        Renewal::of(&folder)
    }

    fn renew(&self, authority: &Authority, node: &Node) -> Result<(), EstateError> {
        let folder = self.estate.configuration_of(node).join("tls");
        let files = CertificateFiles::in_folder(&folder, "node");
        let purpose = Purpose::Node(node.address.ip());
        authority.issue(&node.name, &purpose, &files, &SystemClock)
    }
}
