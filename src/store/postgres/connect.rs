//! How a server is reached: hosts, passwords, encryption.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::passwords;
use crate::database::{PasswordOrigin, ServerAddress, ServerHost, TlsMode};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most bytes of a file of a password or of certificates.
const MOST_BYTES: u64 = 1_000_000;

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// The server, or the way to it.
    Server(postgres::Error),
    /// Something on this machine: a sentence and a hint.
    Here(String, &'static str),
}

impl ConnectError {
    /// Whether it may be otherwise in a moment: the server is being started, has no connection left, or cannot be reached.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Server(e) => {
                e.code().is_none_or(|code| ["57", "53", "08"].iter().any(|class| code.code().starts_with(class)))
            }
            Self::Here(..) => false,
        }
    }
}

/// A new connection to a server.
pub(super) fn connect(address: &ServerAddress) -> Result<Client, ConnectError> {
    let mut config = Config::new();
    for host in address.servers() {
        match host {
            ServerHost::Name(name) => config.host(&name),
            ServerHost::Socket(folder) => config.host_path(folder),
        };
        config.port(address.port());
    }
    config
        .user(address.user())
        .dbname(address.name())
        .application_name(address.application_name.as_deref().unwrap_or("presswatch"))
        .connect_timeout(address.connect_timeout.map_or(PATIENCE, Duration::from_secs))
        // A server that is gone without a word is noticed after a minute or so.
        .keepalives_idle(Duration::from_secs(30));
    if let Some(password) = password(address)? {
        config.password(password);
    }
    let mode = address.tls();
    config.ssl_mode(match mode {
        TlsMode::Off => SslMode::Disable,
        TlsMode::Offered => SslMode::Prefer,
        TlsMode::Unverified | TlsMode::Verified => SslMode::Require,
    });
    let client = match mode {
        TlsMode::Off => config.connect(NoTls),
        _ => config.connect(MakeRustlsConnect::new(tls(address, mode)?)),
    };
    client.map_err(ConnectError::Server)
}

fn password(address: &ServerAddress) -> Result<Option<String>, ConnectError> {
    let unreadable = |path: &Path, cause: std::io::Error| {
        let path = crate::text::visible::visible_path(path);
        ConnectError::Here(
            format!("the password file {path} cannot be read: {cause}"),
            "its user must be able to read it",
        )
    };
    match (&address.password, &address.passfile) {
        (Some(PasswordOrigin::Given(secret)), _) => Ok(Some(secret.0.clone())),
        (Some(PasswordOrigin::File(path)), _) => {
            let text = read(path).map_err(|e| unreadable(path, e))?;
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            Ok(Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()))
        }
        (None, Some(path)) if path.exists() => {
            if passwords::is_open_to_others(path) {
                let shown = crate::text::visible::visible_path(path);
                let text = format!("others may read the password file {shown}");
                return Err(ConnectError::Here(text, "run `chmod 600` on it"));
            }
            let text = read(path).map_err(|e| unreadable(path, e))?;
            Ok(passwords::find(&String::from_utf8_lossy(&text), address))
        }
        (None, _) => Ok(None),
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn tls(address: &ServerAddress, mode: TlsMode) -> Result<ClientConfig, ConnectError> {
    let unusable = |e: rustls::Error| {
        ConnectError::Here(
            format!("encryption cannot be set up: {e}"),
            "the certificates of the system must be installed",
        )
    };
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.map_err(unusable)?;
    if mode == TlsMode::Unverified && address.sslrootcert.is_none() {
        let verifier = Arc::new(AnyCertificate(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let Some(path) = &address.sslrootcert else {
        return Ok(builder.with_platform_verifier().map_err(unusable)?.with_no_client_auth());
    };
    let wrong = |cause: String| {
        let path = crate::text::visible::visible_path(path);
        ConnectError::Here(
            format!("the certificates in {path} cannot be used: {cause}"),
            "sslrootcert names a PEM file",
        )
    };
    let text = read(path).map_err(|e| wrong(e.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        roots.add(certificate.map_err(|e| wrong(e.to_string()))?).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("there is none".to_owned()));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Takes every certificate, for `sslmode=require`, which asks for encryption alone.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
