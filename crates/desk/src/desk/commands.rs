//! The commands that need an open session.

use super::{Answer, Desk, Sink};
use crate::edge;
use crate::outbox::may_acknowledge;
use crate::present::{self, Moment, TrustSource};
use crate::view::{
    AlarmRow, EnrolmentRequestView, InboxFilter, InboxTab, InboxView, PaintStamp, PatientView, SettingsView,
    TrustView, UiError, UiEvent, WardView,
};
use crate::ward::RecordRef;
use wl_ledger::{Category, PatientId};
use wl_vitals::alarm::{AckComment, AlarmAck, AlarmId};
use wl_wire::access::Screen;

/// Most acknowledgements of painting in one message.
const MAX_STAMPS: usize = 64;
/// Longest text that is searched for, in characters.
const MAX_FILTER: usize = 128;

pub(super) fn patient_of(text: &str) -> Answer<PatientId> {
    PatientId::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The patient is not named by 32 hexadecimal digits."))
}

pub(super) fn alarm_of(text: &str) -> Answer<AlarmId> {
    // The same 32 digits as every other short id.
    let id = PatientId::from_hex(text).map(|id| AlarmId::from_bytes(*id.as_bytes()));
    id.ok_or_else(|| UiError::bad_input("The alarm is not named by 32 hexadecimal digits."))
}

impl Desk {
    /// What this workstation hands to the administrator.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn enrolment_request(&self) -> Answer<EnrolmentRequestView> {
        let (text, request) = self.shared.profile.request()?;
        let role = present::role_view(request.enrolment.role)
            .ok_or_else(|| UiError::bad_input("The request is of a hub."))?;
        let key_id = request.enrolment.sign.id().to_string();
        Ok(EnrolmentRequestView {
            name: request.enrolment.name.clone(),
            role,
            fingerprint: present::words(&request),
            qr_svg: crate::qr::svg(&text),
            saved_as: self.shared.request_at(&key_id, &text),
            key_id,
            text,
        })
    }

    /// The ward overview.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn ward(&self) -> Answer<WardView> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        Ok(present::ward_view(&Moment::new(&mut core, edge::now())))
    }

    /// Whether a wall may be put up: by whoever may read the ward, and not on a locked workstation.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn wall(&self) -> Answer<()> {
        self.shared.open_session().await.map(drop)
    }

    /// One patient.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn patient(&self, id: String) -> Answer<PatientView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        if Moment::new(&mut core, now).patients().contains(&patient) {
            core.log_opening(&patient, Screen::Patient, now).await?;
        }
        let missing = core.missing_of(&patient).await?;
        present::patient_view(&Moment::new(&mut core, now), &patient, missing)
            .ok_or_else(|| UiError::not_found("patient"))
    }

    /// The alarm inbox.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn inbox(&self, tab: InboxTab) -> Answer<InboxView> {
        self.inbox_where(tab, &InboxFilter::default()).await
    }

    /// The rows of the inbox that a filter lets through. The counts are of all.
    ///
    /// # Errors
    /// [`UiError`] for a text above 128 characters.
    pub async fn inbox_where(&self, tab: InboxTab, filter: &InboxFilter) -> Answer<InboxView> {
        if filter.text.chars().count() > MAX_FILTER {
            return Err(UiError::bad_input("Search for at most 128 characters."));
        }
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        if tab == InboxTab::History
            && let Some(query) = present::over_query(&Moment::new(&mut core, now), filter)
        {
            core.load_over(&query).await?;
        }
        Ok(present::inbox_view(&Moment::new(&mut core, now), tab, filter))
    }

    /// Acknowledges an alarm: durable here first, then signed, sent and sealed.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn acknowledge(&self, alarm_id: String) -> Answer<AlarmRow> {
        let alarm = alarm_of(&alarm_id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        if !may_acknowledge(core.state(), &core.me) {
            drop(core);
            let refused = Err(UiError::not_allowed("Your role does not acknowledge alarms."));
            return self.shared.told(refused).await;
        }
        core.load_alarm(&alarm).await?;
        let entry = core.inbox.entry(&alarm).ok_or_else(|| UiError::not_found("alarm"))?;
        let patient = entry.patient();
        let pending = entry.pending().is_some();
        if !Moment::new(&mut core, now).shares(&patient, Category::Alarms) {
            return Err(UiError::not_found("alarm"));
        }
        let row = present::alarm_row(&Moment::new(&mut core, now), &alarm);
        let row = row.ok_or_else(|| UiError::not_found("alarm"))?;
        if row.can_acknowledge && !pending {
            core.queue_acknowledgement(&patient, AlarmAck { alarm, at: now, comment: AckComment::None })
                .await?;
        }
        let row = present::alarm_row(&Moment::new(&mut core, now), &alarm);
        drop(core);
        session.outgoing.notify_one();
        session.stepped();
        row.ok_or_else(|| UiError::not_found("alarm"))
    }

    /// Pauses the sound of this workstation for two minutes, also while it is locked. A new high alarm is heard anyway.
    ///
    /// # Errors
    /// [`UiError`] before there is a session.
    pub async fn pause_sound(&self) -> Answer<()> {
        let session = self.shared.session().await.ok_or_else(UiError::locked)?;
        let mut core = session.core().await;
        core.inbox.pause_sound(edge::now());
        let shown: Vec<AlarmId> = core.inbox.entries().map(|(alarm, _)| *alarm).collect();
        core.changes.alarms.extend(shown);
        drop(core);
        session.stepped();
        Ok(())
    }

    /// Why a record can be trusted.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trust(&self, record_ref: String) -> Answer<TrustView> {
        let record: RecordRef = record_ref
            .parse()
            .map_err(|()| UiError::bad_input("The record is not named as stream.number."))?;
        let session = self.shared.open_session().await?;
        let store = session.core().await.store().ok_or_else(UiError::locked)?;
        let not_found = || UiError::not_found("record");
        let height = store.height_of(record.stream, record.seq).await?.ok_or_else(not_found)?;
        let item = store.lane_item(height).await?.ok_or_else(not_found)?;
        let block = store.block(height).await?;
        let certified = store.certified_from(height).await?;
        drop(store);
        let mut core = session.core().await;
        let source = TrustSource { record, item, block, certified };
        present::trust_view(&Moment::new(&mut core, edge::now()), source).ok_or_else(not_found)
    }

    /// Keys, patients, devices, teams, gateway and chain.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn settings(&self) -> Answer<SettingsView> {
        let session = self.shared.open_session().await?;
        let store = session.core().await.store().ok_or_else(UiError::locked)?;
        let counts = store.counts().await?;
        drop(store);
        let workstation = self.shared.workstation().await;
        let mut core = session.core().await;
        Ok(present::settings_view(&Moment::new(&mut core, edge::now()), counts, workstation))
    }

    /// The window has painted these events.
    ///
    /// # Errors
    /// [`UiError`] for more than 64 at once.
    pub async fn painted(&self, stamps: Vec<PaintStamp>) -> Answer<()> {
        if stamps.len() > MAX_STAMPS {
            return Err(UiError::bad_input("At most 64 stamps are taken at once."));
        }
        let Some(session) = self.shared.session().await else { return Ok(()) };
        let mut core = session.core().await;
        for stamp in stamps {
            core.counters.painted(stamp.seq, stamp.drawn_ms);
        }
        Ok(())
    }

    /// Sends events to a window, in place of the one before.
    ///
    /// # Errors
    /// None today; the shape is that of every command.
    pub async fn subscribe(&self, sink: Sink<UiEvent>) -> Answer<()> {
        self.shared.outlet.subscribe(sink);
        Ok(())
    }

    /// Sends the curves of one patient, or of none.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn subscribe_waves(&self, id: Option<String>, sink: Sink<Vec<u8>>) -> Answer<()> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        let patient = id.as_deref().map(patient_of).transpose()?;
        if let Some(patient) = &patient
            && !Moment::new(&mut core, edge::now()).shares(patient, Category::Waveforms)
        {
            return Err(UiError::not_found("patient"));
        }
        core.waves_of = patient;
        core.changes.waves.clear();
        self.shared.outlet.subscribe_waves(patient.map(|_| sink));
        Ok(())
    }
}
