//! A hospital of which every part can be stopped, started and reached through a faulty line of its own.

use super::Station;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wl_gateway::found::{Founding, found};
use wl_gateway::{Config, Running, clock, run};
use wl_hub::consent::Signer;
use wl_hub::home::Home;
use wl_hub::hub::Hub;
use wl_ledger::control::{Action, Agreement, Categories, Holder, ProvenEnrolment, Purpose};
use wl_ledger::{AgreementId, Category, DeviceId, Height, PatientId, Role, TeamId};
use wl_seal::{Passphrase, WorkFactor};
use wl_sim::hospital::{Administrator, PASSPHRASE, now};
use wl_wire::enrolment::{Answer, write_answer};
use wl_wire::identity::Identity;

/// Everything a stay usually shares.
pub(crate) const STAY: [Category; 4] =
    [Category::Vitals, Category::Waveforms, Category::Alarms, Category::Identity];

pub(crate) struct System {
    pub(crate) answer: Answer,
    pub(crate) administrator: Administrator,
    pub(crate) team: TeamId,
    pub(crate) gateway_address: SocketAddr,
    directory: PathBuf,
    gateway: Option<(Running, CancellationToken)>,
    devices: u32,
}

impl System {
    /// A gateway that runs, an administrator, a care team with these people, and a hub that is enrolled and does not run.
    pub(crate) async fn found(directory: PathBuf, staff: Vec<ProvenEnrolment>) -> Self {
        let station = Station::new(&directory, "administrator", Role::Admin);
        let gateway_address = free_address();
        let founding = Founding {
            hospital: "Test Hospital".to_owned(),
            address: gateway_address.to_string(),
            admins: vec![station.request()],
            demo: false,
            two_person: false,
        };
        let answer = found(&directory.join("gateway"), founding, clock::system()).await.unwrap();
        let gateway = start(&directory, gateway_address).await;
        let mut administrator = Administrator::new(station.keys(&answer), &answer).unwrap();
        let team = TeamId::from_bytes(random());
        administrator.act(Action::CreateTeam(team, "Ward".to_owned())).await.unwrap();
        for person in staff {
            administrator.enrol(person, team).await.unwrap();
        }
        let mut system = Self {
            answer,
            administrator,
            team,
            gateway_address,
            directory,
            gateway: Some(gateway),
            devices: 0,
        };
        system.enrol_hub().await;
        system
    }

    async fn enrol_hub(&mut self) {
        let home = Home::create(&self.hub_directory(), "Hub", passphrase(), work()).unwrap();
        self.administrator.act(Action::Enrol(home.request("Hub").unwrap())).await.unwrap();
        home.accept_answer(&write_answer(&self.answer)).unwrap();
    }

    pub(crate) fn hub_directory(&self) -> PathBuf {
        self.directory.join("hub")
    }

    pub(crate) fn gateway_directory(&self) -> PathBuf {
        self.directory.join("gateway")
    }

    /// The enrolment answer with another way to the same gateway.
    pub(crate) fn answer_via(&self, address: SocketAddr) -> Answer {
        let mut answer = self.answer.clone();
        for validator in &mut answer.validators {
            validator.address = address.to_string();
        }
        answer
    }

    /// The hub's directory, opened; nothing else uses it then.
    pub(crate) fn hub_home(&self) -> Home {
        Home::open(&self.hub_directory(), passphrase(), work()).unwrap()
    }

    /// The hub, in this process.
    pub(crate) async fn start_hub(&self) -> Hub {
        Hub::start(self.hub_home(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap()
    }

    /// The hub, reaching the gateway over another line.
    pub(crate) async fn start_hub_via(&self, address: SocketAddr) -> Hub {
        self.hub_home().accept_answer(&write_answer(&self.answer_via(address))).unwrap();
        self.start_hub().await
    }

    pub(crate) async fn start_gateway(&mut self) {
        self.gateway = Some(start(&self.directory, self.gateway_address).await);
    }

    pub(crate) async fn stop_gateway(&mut self) {
        let (running, stop) = self.gateway.take().unwrap();
        stop.cancel();
        running.finished().await.unwrap();
    }

    /// A patient with a device of that name, who shares these categories with the team.
    pub(crate) async fn admit(
        &mut self,
        hub: &Hub,
        mrn: &str,
        device: &str,
        share: &[Category],
    ) -> PatientId {
        self.admit_as(hub, &format!("Person {mrn}"), mrn, device, share).await
    }

    /// The same with a name.
    pub(crate) async fn admit_as(
        &mut self,
        hub: &Hub,
        name: &str,
        mrn: &str,
        device: &str,
        share: &[Category],
    ) -> PatientId {
        let patient = self.register(hub, name, mrn, device).await;
        agree(hub, agreement(patient, Holder::Team(self.team), share)).await;
        settled(hub).await;
        patient
    }

    /// A patient with a device of that name.
    pub(crate) async fn register(&mut self, hub: &Hub, name: &str, mrn: &str, device: &str) -> PatientId {
        let identity = Identity {
            name: name.to_owned(),
            mrn: mrn.to_owned(),
            birth_date: "1950-01-01".to_owned(),
            bed: "7".to_owned(),
            ward: "Ward".to_owned(),
        };
        let registration = hub.add_patient(identity, 1000, passphrase()).await.unwrap();
        let patient = registration.patient;
        let id = DeviceId(self.devices);
        self.devices += 1;
        self.administrator.act(Action::RegisterPatient(registration)).await.unwrap();
        self.administrator.act(Action::RegisterDevice(id, device.to_owned())).await.unwrap();
        let height = self.administrator.act(Action::AssignDevice(id, Some(patient))).await.unwrap();
        hub.reached(height).await;
        patient
    }

    pub(crate) async fn act(&mut self, action: Action) -> Height {
        self.administrator.act(action).await.unwrap()
    }

    pub(crate) async fn stop(mut self) {
        if self.gateway.is_some() {
            self.stop_gateway().await;
        }
    }
}

/// An agreement for a day from a minute ago.
pub(crate) fn agreement(patient: PatientId, holder: Holder, share: &[Category]) -> Agreement {
    Agreement {
        id: AgreementId::from_bytes(random()),
        patient,
        holder,
        categories: Categories::of(share),
        purpose: Purpose::Treatment,
        from: now().plus(-60_000),
        until: Some(now().plus(24 * 3_600_000)),
        delegable: None,
        terms: None,
    }
}

/// Says an agreement with the patient's own key.
pub(crate) async fn agree(hub: &Hub, agreement: Agreement) -> Height {
    say(hub, agreement.patient, Action::GrantAgreement(agreement)).await
}

/// Says something with the patient's own key.
pub(crate) async fn say(hub: &Hub, patient: PatientId, action: Action) -> Height {
    hub.say(patient, Signer::Patient, passphrase(), action).await.unwrap()
}

/// Waits until all that agreements ask for is on the ledger.
pub(crate) async fn settled(hub: &Hub) {
    super::until(Duration::from_secs(30), "the hub has nothing left to say", || async {
        hub.status().await.unwrap().settled
    })
    .await;
}

/// Waits until nothing is queued any more.
pub(crate) async fn drained(hub: &Hub) {
    super::until(Duration::from_secs(60), "the outbox is empty", || async {
        hub.status().await.unwrap().waiting == 0
    })
    .await;
}

async fn start(directory: &std::path::Path, address: SocketAddr) -> (Running, CancellationToken) {
    let stop = CancellationToken::new();
    let config = Config::new(directory.join("gateway"), address);
    (run(config, stop.clone()).await.unwrap(), stop)
}

pub(crate) fn free_address() -> SocketAddr {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.to_owned()).unwrap()
}

pub(crate) fn work() -> WorkFactor {
    WorkFactor::new(4).unwrap()
}
