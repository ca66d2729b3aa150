//! The people of the ward. None of them exists: given names from many places, family names from nowhere.

use wl_ledger::UnixMillis;

use crate::{hl7::CivilDate, rng::Rng};

/// Administrative sex as HL7 table 0001 writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Sex {
    /// Its letter in HL7 table 0001.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
        }
    }
}

/// An invented patient. No `Debug`, because names never go to logs, and code here is code that gets copied.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Administrative sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: CivilDate,
    /// Whole years when the ward starts; every patient is an adult, because NEWS2 is not for children.
    pub age: u8,
    /// Medical record number; `DEMO-` or `SIM-` stands before it, so that it can be no hospital's.
    pub mrn: String,
    /// Ward.
    pub ward: &'static str,
    /// Bed, from 1.
    pub bed: String,
}

const WOMEN: [&str; 20] = [
    "Adaeze", "Amélie", "Anahera", "Aylin", "Birgit", "Chiara", "Dilnoza", "Eun-ji", "Fatou", "Ingrid",
    "Itzel", "Jadwiga", "Leilani", "Meera", "Nanami", "Noor", "Oksana", "Rosalía", "Thandiwe", "Zehra",
];
const MEN: [&str; 20] = [
    "Aarav", "Björn", "Chidi", "Dmitri", "Emre", "Farid", "Haruto", "Iñaki", "Jürgen", "Kofi", "Liam",
    "Mateo", "Nikau", "Omar", "Pavel", "Ravi", "Søren", "Tomás", "Tuan", "Yusuf",
];
const NOWHERE: [&str; 40] = [
    "Amberquill",
    "Applewhistle",
    "Brightkettle",
    "Candlebrook",
    "Cloudberrow",
    "Copperlark",
    "Dandelmoor",
    "Driftwhistle",
    "Elderspoon",
    "Fernwick-Lumen",
    "Figglethorn",
    "Glimmerdale",
    "Goosefeather",
    "Hazelbottle",
    "Honeyharrow",
    "Inkwater",
    "Jollypond",
    "Kettlewisp",
    "Lanternfield",
    "Lemonsward",
    "Marmalune",
    "Mistlebarrow",
    "Moonharbour",
    "Nettlecross",
    "Oatwhisper",
    "Paperlantern",
    "Pebblewick",
    "Plumduster",
    "Quillfeather",
    "Raindrummer",
    "Saffronhill-Moth",
    "Silvercrumb",
    "Snowthimble",
    "Starling-Poe",
    "Tealbutton",
    "Thistledew",
    "Umbrelline",
    "Velvetoak",
    "Willowmere-Vane",
    "Zephyrine",
];

impl Person {
    /// Invents the person in the bed of that index; no two of a ward's 1,000 share a name.
    pub(super) fn invent(rng: &mut Rng, patient: usize, start: UnixMillis, demo: bool) -> Self {
        let pair = patient / 2;
        let (sex, names) = if patient.is_multiple_of(2) { (Sex::Female, &WOMEN) } else { (Sex::Male, &MEN) };
        let given = names.get(pair * 7 % 20).copied().unwrap_or_default();
        // 40 places and a step of 3: a given name meets 40 different families before the first comes back.
        let family = NOWHERE.get((patient * 3 + pair / 20) % 40).copied().unwrap_or_default();
        let age = 19 + u8::try_from(rng.below(76)).unwrap_or(0);
        // 365.2425 days a year, and up to 360 days since the birthday.
        let lived = i64::from(age) * 3_652_425 / 10_000 + 1 + i64::from(rng.below(360));
        let number = patient + 1;
        Self {
            given: given.to_owned(),
            family: family.to_owned(),
            sex,
            birth: CivilDate::from_days(start.0.div_euclid(86_400_000) - lived),
            age,
            mrn: format!("{}-{number:05}", if demo { "DEMO" } else { "SIM" }),
            ward: if demo { "DEMO-WARD" } else { "SIM-WARD" },
            bed: number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn people() -> Vec<Person> {
        let mut rng = Rng::new(1);
        (0..1_000).map(|i| Person::invent(&mut rng, i, UnixMillis(1_795_000_000_000), true)).collect()
    }

    #[test]
    fn a_thousand_people_have_a_thousand_names_numbers_and_beds() {
        let people = people();
        let names: HashSet<_> = people.iter().map(|p| (p.given.clone(), p.family.clone())).collect();
        let numbers: HashSet<_> = people.iter().map(|p| p.mrn.clone()).collect();
        let beds: HashSet<_> = people.iter().map(|p| p.bed.clone()).collect();
        assert_eq!((names.len(), numbers.len(), beds.len()), (1_000, 1_000, 1_000));
    }

    #[test]
    fn everyone_is_an_adult_whose_age_follows_from_the_birth_date() {
        // 2026-11-18
        for person in people() {
            assert!((19..=94).contains(&person.age));
            let birthday_passed = (person.birth.month, person.birth.day) <= (11, 18);
            let years = 2026 - person.birth.year - i64::from(!birthday_passed);
            assert_eq!(years, i64::from(person.age), "{}", person.birth.hl7());
        }
    }

    #[test]
    fn texts_fit_latin_1_and_hold_no_delimiter() {
        for person in people() {
            for text in [&person.given, &person.family, &person.mrn, &person.bed] {
                assert!(text.chars().all(|c| u32::from(c) < 256 && !"|^~\\&\r\n".contains(c)));
            }
        }
    }
}
