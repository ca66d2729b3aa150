//! The paper's *intelligent agreement*, and how one comes about without the patient.

use crate::{AgreementId, Category, Hash, KeyId, PatientId, TeamId, UnixMillis};

/// Whom an agreement lets read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Holder {
    /// Each member of a care team.
    #[n(0)]
    Team(#[n(0)] TeamId),
    /// One person, by the id of its first key.
    #[n(1)]
    Person(#[n(0)] KeyId),
}

/// A set of categories.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Categories(#[n(0)] u16);

impl Categories {
    /// The set of these categories.
    pub fn of(categories: &[Category]) -> Self {
        Self(categories.iter().fold(0, |bits, category| bits | (1 << category.code())))
    }

    /// Every category.
    pub fn all() -> Self {
        Self::of(&Category::ALL)
    }

    /// Whether one is in the set.
    pub fn contains(self, category: Category) -> bool {
        self.0 & (1 << category.code()) != 0
    }

    /// The categories of the set, in order of their code.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }

    /// Whether each of these is also in `other`.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The categories of both, if there are any.
    pub fn common(self, other: Self) -> Option<Self> {
        let common = Self(self.0 & other.0);
        (common.0 != 0).then_some(common)
    }

    /// Whether there is at least one and no unknown bit.
    pub fn is_valid(self) -> bool {
        self.0 != 0 && self.0 & !Self::all().0 == 0
    }
}

/// What an agreement is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Purpose {
    /// Care of this patient.
    #[n(0)]
    Treatment,
    /// Research; must have an end, and lets only researchers read.
    #[n(1)]
    Research,
    /// Care by family or a caregiver; lets only caregivers read.
    #[n(2)]
    Caregiving,
    /// An order of a court or an authority.
    #[n(3)]
    LegalDisclosure,
    /// An emergency.
    #[n(4)]
    BreakGlass,
}

impl Purpose {
    /// The only role that an agreement of this purpose lets read, if it names one.
    pub fn reader(self) -> Option<crate::Role> {
        match self {
            Self::Research => Some(crate::Role::Researcher),
            Self::Caregiving => Some(crate::Role::Caregiver),
            Self::Treatment | Self::LegalDisclosure | Self::BreakGlass => None,
        }
    }
}

/// The paper's *intelligent agreement*: a signed consent with scope, holder, purpose and end.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Agreement {
    /// Random id.
    #[n(0)]
    pub id: AgreementId,
    /// The patient who agrees.
    #[n(1)]
    pub patient: PatientId,
    /// Who may read.
    #[n(2)]
    pub holder: Holder,
    /// What may be read.
    #[n(3)]
    pub categories: Categories,
    /// What for.
    #[n(4)]
    pub purpose: Purpose,
    /// In force from this block time on.
    #[n(5)]
    pub from: UnixMillis,
    /// No longer in force from this block time on; none is open-ended.
    #[n(6)]
    pub until: Option<UnixMillis>,
    /// Categories that the holder, a person, may pass on to caregivers; a part of `categories`.
    #[n(7)]
    pub delegable: Option<Categories>,
    /// SHA-256 of the document that was signed: a study protocol, a form.
    #[n(8)]
    pub terms: Option<Hash>,
}

/// Why the glass is broken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum BreakGlassReason {
    /// The patient's life is in danger.
    #[n(0)]
    DangerToLife,
    /// The patient cannot consent now.
    #[n(1)]
    CannotConsent,
    /// A hand-over left nobody entitled.
    #[n(2)]
    HandoverGap,
    /// Told in the text.
    #[n(3)]
    Other,
}

/// A request for access in an emergency; in force as soon as it is in a block.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct BreakGlass {
    /// Id of the agreement that it acts as; random.
    #[n(0)]
    pub id: AgreementId,
    /// Whose records.
    #[n(1)]
    pub patient: PatientId,
    /// Which of them.
    #[n(2)]
    pub categories: Categories,
    /// For how long, in minutes from block time: 1 to 60, and no more than policy allows.
    #[n(3)]
    pub minutes: u8,
    /// Why.
    #[n(4)]
    pub reason: BreakGlassReason,
    /// Salted hash of the reason in words, which travels in an access receipt.
    #[n(5)]
    pub text: Hash,
}

/// What the privacy officer found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Outcome {
    /// It was right.
    #[n(0)]
    Justified,
    /// It was not.
    #[n(1)]
    NotJustified,
    /// Somebody must look into it further.
    #[n(2)]
    FollowUp,
}
