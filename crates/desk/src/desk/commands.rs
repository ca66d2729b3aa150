//! The commands that need an open session.

use super::{Answer, Desk, Sink};
use crate::edge;
use crate::outbox::may_acknowledge;
use crate::present::{self, Moment, TrendSource, TrustSource};
use crate::view::{
    AlarmRow, EnrolmentRequestView, InboxTab, InboxView, PaintStamp, PatientView, SettingsView, TrendView,
    TrustView, UiError, UiEvent, WardView,
};
use crate::ward::RecordRef;
use wl_ledger::{Category, PatientId};
use wl_vitals::alarm::{AckComment, AlarmAck, AlarmId};

/// Most acknowledgements of painting in one message.
const MAX_STAMPS: usize = 64;

pub(super) fn patient_of(text: &str) -> Answer<PatientId> {
    PatientId::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The patient is not named by 32 hexadecimal digits."))
}

fn alarm_of(text: &str) -> Answer<AlarmId> {
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

    /// One patient.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn patient(&self, id: String) -> Answer<PatientView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        present::patient_view(&Moment::new(&mut core, edge::now()), &patient)
            .ok_or_else(|| UiError::not_found("patient"))
    }

    /// Trends of the last 2 or 24 hours.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn trend(&self, id: String, hours: u32) -> Answer<Vec<TrendView>> {
        if !matches!(hours, 2 | 24) {
            return Err(UiError::bad_input("Trends are of 2 or 24 hours."));
        }
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let (store, shared) = {
            let mut core = session.core().await;
            let store = core.store().ok_or_else(UiError::locked)?;
            let moment = Moment::new(&mut core, now);
            (store, moment.patients().contains(&patient) && moment.shares(&patient, Category::Vitals))
        };
        if !shared {
            return Err(UiError::not_found("patient"));
        }
        let (from, to) = (now.plus(-i64::from(hours) * 3_600_000), now.plus(1));
        let stored = store.samples(&patient, from, to).await?;
        drop(store);
        let mut core = session.core().await;
        let moment = Moment::new(&mut core, now);
        Ok(present::trend_views(&moment, &patient, &TrendSource { stored, from, to }))
    }

    /// The alarm inbox.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn inbox(&self, tab: InboxTab) -> Answer<InboxView> {
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        Ok(present::inbox_view(&Moment::new(&mut core, edge::now()), tab))
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
            return Err(UiError::not_allowed("Your role does not acknowledge alarms."));
        }
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
        let mut core = session.core().await;
        Ok(present::settings_view(&Moment::new(&mut core, edge::now()), counts))
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
