//! The people of the demo world.

use entity::states::{AdminRole, DelegatedRole};

/// The published password of everyone.
pub const PASSWORD: &str = "paper lantern harbor 42";

/// A user of the demo world.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The part of the sign-in name before the @.
    pub name: &'static str,
    /// The name for people to read.
    pub display_name: &'static str,
    /// The slug of its organization.
    pub slug: &'static str,
    /// Its admin role.
    pub role: Option<AdminRole>,
    /// Its delegated role.
    pub delegated: Option<DelegatedRole>,
    /// What this person is an example of.
    pub about: &'static str,
}

impl Person {
    /// The sign-in name.
    pub fn sign_in_name(&self, platform_domain: &str) -> String {
        format!("{}@{}.{platform_domain}", self.name, self.slug)
    }
}

const fn person(
    slug: &'static str,
    name: &'static str,
    display_name: &'static str,
    role: Option<AdminRole>,
    delegated: Option<DelegatedRole>,
    about: &'static str,
) -> Person {
    Person {
        name,
        display_name,
        slug,
        role,
        delegated,
        about,
    }
}

/// Everyone. The first of each organization is its first global admin.
pub const PEOPLE: &[Person] = {
    use AdminRole::{DirectoryReader, GlobalAdmin, HelpdeskAdmin, PasswordAdmin, UserAdmin};
    use DelegatedRole::{Full, Limited};
    &[
        person(
            "platform",
            "olivia",
            "Olivia Operator",
            Some(GlobalAdmin),
            None,
            "operator: registers and certifies",
        ),
        person(
            "platform",
            "oscar",
            "Oscar Operator",
            Some(GlobalAdmin),
            None,
            "operator: approves what another started",
        ),
        person(
            "northwind",
            "petra",
            "Petra Partner",
            Some(GlobalAdmin),
            None,
            "Northwind Support, certified partner: global admin",
        ),
        person(
            "northwind",
            "fiona",
            "Fiona Full",
            None,
            Some(Full),
            "Northwind Support: delegated role FULL",
        ),
        person(
            "northwind",
            "liam",
            "Liam Limited",
            None,
            Some(Limited),
            "Northwind Support: delegated role LIMITED",
        ),
        person(
            "northwind",
            "nora",
            "Nora None",
            None,
            None,
            "Northwind Support: no role",
        ),
        person(
            "fabrikam",
            "ursula",
            "Ursula Uncertified",
            Some(GlobalAdmin),
            None,
            "Fabrikam Services, not certified: global admin",
        ),
        person(
            "contoso",
            "carla",
            "Carla Client",
            Some(GlobalAdmin),
            None,
            "Contoso, client: global admin",
        ),
        person(
            "contoso",
            "uma",
            "Uma User-Admin",
            Some(UserAdmin),
            None,
            "Contoso: user admin",
        ),
        person(
            "contoso",
            "hector",
            "Hector Helpdesk",
            Some(HelpdeskAdmin),
            None,
            "Contoso: helpdesk admin",
        ),
        person(
            "contoso",
            "paul",
            "Paul Password",
            Some(PasswordAdmin),
            None,
            "Contoso: password admin",
        ),
        person(
            "contoso",
            "dana",
            "Dana Directory",
            Some(DirectoryReader),
            None,
            "Contoso: directory reader",
        ),
        person(
            "contoso",
            "ivan",
            "Ivan Ordinary",
            None,
            None,
            "Contoso: no role",
        ),
        person(
            "adatum",
            "adam",
            "Adam Admin",
            Some(GlobalAdmin),
            None,
            "Adatum, client, capped at LIMITED: global admin",
        ),
        person(
            "adatum",
            "alma",
            "Alma Ordinary",
            None,
            None,
            "Adatum: no role",
        ),
        person(
            "tailspin",
            "tina",
            "Tina Tailspin",
            Some(GlobalAdmin),
            None,
            "Tailspin, client and certified partner: global admin",
        ),
        person(
            "tailspin",
            "tom",
            "Tom Technician",
            None,
            Some(Full),
            "Tailspin: delegated role FULL",
        ),
    ]
};

/// Names of the organizations, by slug.
pub const ORGANIZATIONS: &[(&str, &str)] = &[
    ("northwind", "Northwind Support"),
    ("fabrikam", "Fabrikam Services"),
    ("contoso", "Contoso"),
    ("adatum", "Adatum"),
    ("tailspin", "Tailspin"),
];
