//! Alerts: which watches are reported to whom, in which form, and when not.
//!
//! | file | what it holds |
//! |---|---|
//! | `secret` | where a secret stands, and the secret itself, which is never printed |
//! | `quiet` | hours in which nothing is sent |
//! | `template` | texts that users write |
//! | `message` | a message, and the JSON that receivers get |
//! | `outgoing` | the request or the input of a command, one form for each kind |
//! | `sign` | Standard Webhooks |

mod message;
mod outgoing;
mod quiet;
mod secret;
mod sign;
mod template;

use std::fmt;
use std::time::Duration;

use url::Url;

pub use message::{AlertMessage, AlertedMention, MessageType};
pub use outgoing::{Keys, Outgoing, Sent, prepare};
pub use quiet::QuietHours;
pub use secret::{Secret, SecretPlace};
pub use sign::{SigningKey, signature};
pub use template::{Template, TemplateFlaw};

/// An alert as `sources.toml` describes it.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Unique among the alerts.
    pub name: String,
    /// The names of the watches that it reports.
    pub watches: Vec<String>,
    /// The form of its messages.
    pub kind: AlertKind,
    /// Where they go.
    pub to: Receiver,
    /// Signs them as Standard Webhooks asks.
    pub secret: Option<SecretPlace>,
    /// Sent as `Authorization: Bearer`.
    pub token: Option<SecretPlace>,
    /// The room of Matrix.
    pub room: Option<String>,
    /// The priority of ntfy, 1 to 5.
    pub priority: Option<u8>,
    /// In place of the form of its kind.
    pub template: Option<Template>,
    /// Which mentions it reports.
    pub only: Only,
    /// When nothing is sent.
    pub quiet: Option<QuietHours>,
    /// How many messages are sent at most.
    pub at_most: Option<MessageRate>,
}

/// Where messages go.
#[derive(Clone, PartialEq, Eq)]
pub enum Receiver {
    /// To this address, which may itself be the secret.
    Url(Url),
    /// To the address that stands there.
    Secret(SecretPlace),
    /// To a program: its path and its arguments.
    Command(Vec<String>),
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_string())
    }
}

/// Without what may be secret: the host of an address, the path of a program.
impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.write_str(&url.origin().ascii_serialization()),
            Self::Secret(place) => place.fmt(f),
            Self::Command(words) => f.write_str(words.first().map_or("", String::as_str)),
        }
    }
}

/// Which mentions an alert reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Only {
    /// Of the first article of each story: copies are left out.
    FirstOfStory,
    /// Of every article.
    #[default]
    EveryMention,
}

impl Only {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 2] = [Self::FirstOfStory, Self::EveryMention];

    /// As written in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstOfStory => "first of a story",
            Self::EveryMention => "every mention",
        }
    }
}

/// So many messages in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageRate {
    /// At least 1.
    pub messages: u32,
    /// A minute, an hour or a day.
    pub within: Duration,
}

/// The forms of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// A notification of ntfy.
    Ntfy,
    /// JSON by POST.
    Webhook,
    /// An incoming webhook of Slack, or of a service that takes the same.
    Slack,
    /// A workflow of Teams.
    Teams,
    /// A message in a room of Matrix.
    Matrix,
    /// JSON on the standard input of a program.
    Command,
}

impl AlertKind {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Ntfy, Self::Webhook, Self::Slack, Self::Teams, Self::Matrix, Self::Command];

    /// As written in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ntfy => "ntfy",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Matrix => "matrix",
            Self::Command => "command",
        }
    }
}
