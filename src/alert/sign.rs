//! Signatures as Standard Webhooks asks: <https://www.standardwebhooks.com>.

use std::fmt;

use ring::hmac;

use super::Secret;
use crate::base64;

/// The shortest key that the specification recommends, in bytes.
const SHORTEST: usize = 24;

/// The key of a receiver.
#[derive(Clone)]
pub struct SigningKey {
    key: hmac::Key,
    bytes: usize,
}

impl SigningKey {
    /// Reads `whsec_` and base64.
    ///
    /// # Errors
    /// What is wrong with it, without showing it.
    pub fn parse(secret: &Secret) -> Result<Self, String> {
        let Some(text) = secret.reveal().strip_prefix("whsec_") else {
            return Err("the secret does not begin with whsec_".to_owned());
        };
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
        let bytes = base64::bytes(text).filter(|_| text.trim_end_matches('=').chars().all(is_base64));
        let bytes = bytes.ok_or_else(|| "what follows whsec_ in the secret is not base64".to_owned())?;
        if bytes.is_empty() {
            return Err("nothing follows whsec_ in the secret".to_owned());
        }
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &bytes), bytes: bytes.len() })
    }

    /// What makes it easy to guess.
    pub fn weakness(&self) -> Option<String> {
        let Self { bytes, .. } = self;
        (*bytes < SHORTEST).then(|| format!("the secret has only {bytes} bytes; {SHORTEST} or more are recommended"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

/// The value of `webhook-signature`; `at` is that of `webhook-timestamp`.
pub fn signature(key: &SigningKey, id: &str, at: i64, body: &str) -> String {
    let tag = hmac::sign(&key.key, format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", base64::base64(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use ring::digest::{SHA256, digest};

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn key(text: &str) -> Result<SigningKey, String> {
        SigningKey::parse(&Secret::new(text))
    }

    /// The example of the specification's reference libraries.
    #[test]
    fn the_example_of_the_specification_is_signed_so() {
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(&key(SECRET).unwrap(), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// HMAC as RFC 2104 defines it, from SHA-256 alone.
    fn hmac_by_hand(key: &[u8], text: &[u8]) -> Vec<u8> {
        let padded = |with: u8| (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
        let inner = digest(&SHA256, &[padded(0x36), text.to_vec()].concat());
        digest(&SHA256, &[padded(0x5c), inner.as_ref().to_vec()].concat()).as_ref().to_vec()
    }

    #[test]
    fn an_independent_computation_gives_the_same() {
        let bytes = base64::bytes(&SECRET["whsec_".len()..]).unwrap();
        for (id, at, body) in [("msg_1", 0, ""), ("msg_2", 1_791_000_000, "{\"title\":\"Ça é\"}")] {
            let expected = base64::base64(&hmac_by_hand(&bytes, format!("{id}.{at}.{body}").as_bytes()));
            assert_eq!(signature(&key(SECRET).unwrap(), id, at, body), format!("v1,{expected}"));
        }
    }

    #[test]
    fn a_wrong_secret_is_described_and_not_shown() {
        for (text, says) in [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin with whsec_"),
            ("whsec_MfKQ9r8GKYqr!wjUPD8ILPZIo2LaLaSw", "is not base64"),
            ("whsec_", "nothing follows"),
            ("", "does not begin"),
        ] {
            let why = key(text).unwrap_err();
            assert!(why.contains(says) && !why.contains("MfKQ"), "{text}: {why}");
        }
        assert_eq!(key(SECRET).unwrap().weakness(), None);
        assert!(key("whsec_AAAA").unwrap().weakness().unwrap().contains("only 3 bytes"));
        assert!(!format!("{:?}", key(SECRET)).contains("MfKQ"));
    }
}
