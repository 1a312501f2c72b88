//! Colours by meaning, for terminals.

/// Whether there may be colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    /// What is as it should be.
    pub fn good(self, text: &str) -> String {
        self.dress("32", text)
    }

    /// What needs a look.
    pub fn doubtful(self, text: &str) -> String {
        self.dress("33", text)
    }

    /// What does not work.
    pub fn bad(self, text: &str) -> String {
        self.dress("31", text)
    }

    /// What stands out.
    pub fn strong(self, text: &str) -> String {
        self.dress("1", text)
    }

    fn dress(self, code: &str, text: &str) -> String {
        if self.0 && !text.trim().is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
