//! A whole hospital on one machine, for demo, tests and benches: gateway, hub, administrator and ward, with the same
//! binaries' code, TLS, certificates and formats as in production.

mod administrator;
mod feed;

pub use crate::edge::now;
use crate::edge::random;
use crate::ward::{Ward, WardSettings};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;
use wl_desk::profile::Profile;
use wl_gateway::found::{Founding, found};
use wl_gateway::{Config, Running, clock, run};
use wl_hub::consent::Signer;
use wl_hub::home::Home;
use wl_hub::hub::{Hub, Page};
use wl_ledger::control::{Action, Agreement, ProvenEnrolment};
use wl_ledger::{AgreementId, DeviceId, PatientId, Role, TeamId};
use wl_seal::{Passphrase, WorkFactor};
use wl_wire::enrolment::{self, Answer};
use wl_wire::identity::Identity;
use zeroize::Zeroizing;

pub use administrator::Administrator;
pub use feed::{FeedCounts, feed, recall};

/// The passphrase of everything in a simulated hospital; it protects nothing real.
pub const PASSPHRASE: &str = "demo ward, nothing real";

/// What a hospital is made of.
pub struct HospitalSettings {
    /// A directory that does not exist yet or is empty.
    pub directory: PathBuf,
    /// Its name.
    pub name: String,
    /// Its ward.
    pub ward: WardSettings,
    /// Workstations that are enrolled: administrators at genesis, all others after it and into the care team.
    pub guests: Vec<ProvenEnrolment>,
    /// So many patients, the last of the ward, share with another team than the guests', so that emergency access can
    /// be tried.
    pub closed: usize,
}

/// A running hospital.
pub struct Hospital {
    /// An administrator without a workstation.
    pub administrator: Administrator,
    /// What a workstation needs to enter.
    pub answer: Answer,
    /// The care team that all patients let read.
    pub team: TeamId,
    /// Pseudonyms, in the order of the ward.
    pub patients: Vec<PatientId>,
    hub: Hub,
    gateway: Option<Running>,
    ward: Ward,
    stop_ward: CancellationToken,
    stop_gateway: CancellationToken,
}

impl Hospital {
    /// Founds a hospital: keys, genesis, gateway, hub, patients, devices, agreements. Nothing is measured yet.
    ///
    /// # Errors
    /// What failed, for a person at a terminal.
    pub async fn found(settings: HospitalSettings) -> anyhow::Result<Self> {
        let directory = &settings.directory;
        let passphrase = || Passphrase::new(PASSPHRASE.to_owned());
        // Nothing here is worth protecting, and a demo must not be waited for.
        let work = WorkFactor::new(4).unwrap_or(WorkFactor::PRODUCTION);
        let profile = Profile::open(&directory.join("administrator"))?;
        let random_keys = Zeroizing::new(random::<128>()?);
        let own =
            profile.create_keys("Ward administrator", Role::Admin, &passphrase()?, &random_keys, work)?;
        let (mut admins, practitioners): (Vec<_>, Vec<_>) =
            settings.guests.iter().cloned().partition(|guest| guest.enrolment.role == Role::Admin);
        admins.insert(0, own);
        let address = free_address()?;
        let gateway_directory = directory.join("gateway");
        let founding = Founding {
            hospital: settings.name.clone(),
            address: address.to_string(),
            admins,
            demo: settings.ward.demo,
            two_person: false,
        };
        let answer = found(&gateway_directory, founding, clock::system()).await?;
        let stop_gateway = CancellationToken::new();
        let gateway = run(Config::new(gateway_directory, address), stop_gateway.clone()).await?;
        profile.load_answer(&enrolment::write_answer(&answer))?;
        let mut administrator = Administrator::new(profile.unlock(&passphrase()?)?, &answer)?;
        drop(profile);
        let home = Home::create(&directory.join("hub"), "Ward hub", passphrase()?, work)?;
        administrator.act(Action::Enrol(home.request("Ward hub")?)).await?;
        home.accept_answer(&enrolment::write_answer(&answer))?;
        let here = SocketAddr::from(([127, 0, 0, 1], 0));
        let page = Page { listen: Some(here), sticks: Vec::new() };
        let hub = Hub::start_with(home, here, page).await?;
        let team = TeamId::from_bytes(random()?);
        administrator.act(Action::CreateTeam(team, "Ward 3".to_owned())).await?;
        for practitioner in practitioners {
            administrator.enrol(practitioner, team).await?;
        }
        let mut hospital = Self {
            administrator,
            answer,
            team,
            patients: Vec::new(),
            hub,
            gateway: Some(gateway),
            ward: Ward::with(settings.ward)?,
            stop_ward: CancellationToken::new(),
            stop_gateway,
        };
        let other = TeamId::from_bytes(random()?);
        if settings.closed > 0 {
            hospital.administrator.act(Action::CreateTeam(other, "Ward 5".to_owned())).await?;
        }
        hospital.admit_all(settings.closed, other).await?;
        Ok(hospital)
    }

    /// Registers every patient of the ward with its device, and lets each agree to be cared for by the team; the last
    /// ones by another.
    async fn admit_all(&mut self, closed: usize, other: TeamId) -> anyhow::Result<()> {
        let people: Vec<_> = self.ward.people().cloned().collect();
        let shared = people.len().saturating_sub(closed);
        let devices: Vec<_> = self.ward.devices().map(|device| device.to_string()).collect();
        for (number, (person, device)) in (0u32..).zip(people.into_iter().zip(devices)) {
            let identity = Identity {
                name: format!("{} {}", person.given, person.family),
                mrn: person.mrn.clone(),
                birth_date: person.birth.to_string(),
                bed: person.bed.clone(),
                ward: person.ward.to_owned(),
            };
            let interval = i64::from(self.ward.settings().tick_ms).max(1000);
            let registration = self.hub.add_patient(identity, interval, own_passphrase()?).await?;
            let patient = registration.patient;
            self.administrator.act(Action::RegisterPatient(registration)).await?;
            self.administrator.act(Action::RegisterDevice(DeviceId(number), device)).await?;
            let height =
                self.administrator.act(Action::AssignDevice(DeviceId(number), Some(patient))).await?;
            self.hub.reached(height).await;
            let team = if self.patients.len() < shared { self.team } else { other };
            let agreement = Action::GrantAgreement(treatment(patient, team)?);
            self.hub.say(patient, Signer::Patient, own_passphrase()?, agreement).await?;
            self.patients.push(patient);
        }
        while !self.hub.status().await?.settled {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Where the hub listens for devices.
    pub fn devices_address(&self) -> SocketAddr {
        self.hub.address()
    }

    /// The hub.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Lets the ward measure until the hospital is stopped, in real time from its start on.
    ///
    /// # Errors
    /// A device that failed.
    pub async fn measure(&mut self) -> anyhow::Result<FeedCounts> {
        feed(&mut self.ward, self.hub.address(), &self.stop_ward).await
    }

    /// A token whose cancelling ends [`Self::measure`].
    pub fn stopper(&self) -> CancellationToken {
        self.stop_ward.clone()
    }

    /// Stops everything, the ward first.
    ///
    /// # Errors
    /// The gateway stopped because going on was not safe.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.stop_ward.cancel();
        self.hub.stop().await;
        self.stop_gateway.cancel();
        match self.gateway.take() {
            Some(gateway) => Ok(gateway.finished().await?),
            None => Ok(()),
        }
    }
}

/// The passphrase that every patient of the demo ward has.
fn own_passphrase() -> anyhow::Result<Passphrase> {
    Ok(Passphrase::new(PASSPHRASE.to_owned())?)
}

/// What a patient of the ward agrees to: treatment by the team, for a day.
fn treatment(patient: PatientId, team: TeamId) -> anyhow::Result<Agreement> {
    let now = now();
    let id = AgreementId::from_bytes(random()?);
    Ok(wl_hub::custody::treatment(id, patient, team, now, now.plus(24 * 3_600_000)))
}

/// A loopback address that nobody uses at this moment.
fn free_address() -> std::io::Result<SocketAddr> {
    std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// Whether a directory is there and holds something.
pub fn is_occupied(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}
