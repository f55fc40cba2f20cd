//! Changes a user's name, job title, department and usage location.

use crate::{domain::values::Name, operations::prelude::*, store::users::Profile};

/// What is changed.
#[derive(Debug, Serialize)]
pub struct UpdateProfile {
    pub on: OnUser,
    /// The parts to be changed.
    pub profile: Profile,
}

impl Operation for UpdateProfile {
    const KIND: OperationKind = OperationKind::UpdateProfile;

    type Prepared = ();

    fn subject(&self) -> Subject {
        self.on.into()
    }

    fn request(&self) -> RequestFacts {
        let Profile {
            display_name,
            given_name,
            surname,
            ..
        } = &self.profile;
        RequestFacts {
            names: display_name.is_some() || given_name.is_some() || surname.is_some(),
            ..RequestFacts::default()
        }
    }

    async fn prepare(&self, _: &App, _: &Facts) -> Result<()> {
        if self.profile.parts().is_empty() {
            return Err(Error::Input {
                field: "displayName",
                reason: Reason::InputInvalid,
                message: "Name at least one part of the profile to be changed.".to_owned(),
            });
        }
        let profile = &self.profile;
        texts::without_links([
            (
                "displayName",
                profile.display_name.as_ref().map(Name::as_str),
            ),
            ("givenName", part(&profile.given_name)),
            ("surname", part(&profile.surname)),
            ("jobTitle", part(&profile.job_title)),
            ("department", part(&profile.department)),
        ])
    }

    async fn apply(&self, act: &Act<'_>, (): &()) -> Result<Effect> {
        let user = act.user()?;
        let row = users::set_profile(act, user.id, &self.profile).await?;
        // Names of people are never part of what is hashed: the entry only says which parts changed.
        let effect = Effect::on_user(user).change(Key::Changed, self.profile.parts().join(", "));
        Ok(Effect {
            user: Some(Box::new(row)),
            ..effect
        })
    }
}

/// A part of a profile that is set, and not to nothing.
fn part(name: &Option<Option<Name>>) -> Option<&str> {
    name.as_ref()?.as_ref().map(Name::as_str)
}
