//! What lies on a token: private data objects, found by application and label (`docs/spec/token.md`).

use crate::station::meaning;
use cryptoki::object::{Attribute, AttributeInfo, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use wl_desk::profile::{OwnerKey, TokenError};
use zeroize::{Zeroize as _, Zeroizing};

/// By this a token lists what is Wardlight's.
const APPLICATION: &[u8] = b"org.wardlight.desk";
/// Largest value that is read. Ours are shorter.
const MAX_VALUE_BYTES: usize = 512;

/// What is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// The second secret.
    Secret,
    /// The newest head.
    Head,
}

impl Kept {
    fn label(self, owner: &OwnerKey) -> String {
        let what = match self {
            Self::Secret => "secret",
            Self::Head => "head",
        };
        format!("wardlight {what} {owner}")
    }

    /// Private ones only: an object that anybody could have put there without the PIN is none of ours.
    fn template(self, owner: &OwnerKey) -> Vec<Attribute> {
        vec![
            Attribute::Class(ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Application(APPLICATION.to_vec()),
            Attribute::Label(self.label(owner).into_bytes()),
        ]
    }
}

/// Reads the value of the one object there is.
///
/// # Errors
/// [`TokenError::Nothing`] without one, [`TokenError::Failed`] for two or for one that is too long.
pub(crate) fn read(
    session: &Session,
    kept: Kept,
    owner: &OwnerKey,
) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    match find(session, kept, owner)?.as_slice() {
        [] => Err(TokenError::Nothing),
        [one] => value(session, *one),
        // Keeping was cut short before it became the one in force: keeping again mends it.
        _ => Err(TokenError::Failed),
    }
}

/// Keeps a value in the place of what was kept before. The new one is there before the old one goes.
///
/// # Errors
/// [`TokenError`]; then the old one is there still.
pub(crate) fn keep(session: &Session, kept: Kept, owner: &OwnerKey, bytes: &[u8]) -> Result<(), TokenError> {
    let old = find(session, kept, owner)?;
    let mut template = kept.template(owner);
    template.extend([Attribute::Modifiable(true), Attribute::Value(bytes.to_vec())]);
    let created = session.create_object(&template).map_err(|error| meaning(&error));
    for attribute in &mut template {
        if let Attribute::Value(copy) = attribute {
            copy.zeroize();
        }
    }
    created?;
    destroy(session, &old)
}

/// Removes what is kept; nothing there is no error.
///
/// # Errors
/// [`TokenError`].
pub(crate) fn forget(session: &Session, kept: Kept, owner: &OwnerKey) -> Result<(), TokenError> {
    destroy(session, &find(session, kept, owner)?)
}

fn find(session: &Session, kept: Kept, owner: &OwnerKey) -> Result<Vec<ObjectHandle>, TokenError> {
    session.find_objects(&kept.template(owner)).map_err(|error| meaning(&error))
}

fn destroy(session: &Session, objects: &[ObjectHandle]) -> Result<(), TokenError> {
    objects.iter().try_for_each(|one| session.destroy_object(*one).map_err(|error| meaning(&error)))
}

fn value(session: &Session, object: ObjectHandle) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let told =
        session.get_attribute_info(object, &[AttributeType::Value]).map_err(|error| meaning(&error))?;
    if !matches!(told.as_slice(), [AttributeInfo::Available(length)] if *length <= MAX_VALUE_BYTES) {
        return Err(TokenError::Failed);
    }
    let got = session.get_attributes(object, &[AttributeType::Value]).map_err(|error| meaning(&error))?;
    got.into_iter()
        .find_map(|one| match one {
            Attribute::Value(bytes) => Some(Zeroizing::new(bytes)),
            _ => None,
        })
        .ok_or(TokenError::Failed)
}
