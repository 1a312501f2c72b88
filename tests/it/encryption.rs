//! Connections to a server: encrypted and verified, unless somebody wishes otherwise or the server is this machine.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use postgres::{Client, NoTls};
use presswatch::database::DatabaseAddress;
use presswatch::error::Error;
use presswatch::store::{Mode, Store};

use crate::cluster::Cluster;

fn openssl(folder: &Path, args: &str) {
    let output = Command::new("openssl").args(args.split(' ')).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority, and a certificate of it for this machine; a second authority that nobody has asked.
fn certificates(folder: &Path) {
    for authority in ["ours", "other"] {
        openssl(
            folder,
            &format!(
                "req -x509 -newkey rsa:2048 -nodes -keyout {authority}.key -out {authority}.crt -days 2 -subj /CN={authority}"
            ),
        );
    }
    openssl(folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost");
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
        .unwrap();
    openssl(
        folder,
        "x509 -req -in server.csr -CA ours.crt -CAkey ours.key -CAcreateserial -out server.crt -days 2 -extfile names",
    );
}

struct Asked<'a> {
    cluster: &'a Cluster,
}

impl Asked<'_> {
    fn open(&self, host: &str, parameters: &str) -> Result<Store, Error> {
        let parameters = parameters.replace("FOLDER", &self.cluster.path("").display().to_string());
        let url =
            format!("postgres://postgres@{host}:{}/postgres?application_name=asking{parameters}", self.cluster.port);
        Store::open(&DatabaseAddress::parse(OsStr::new(&url)).unwrap(), Mode::Write)
    }

    /// Whether the connection is encrypted.
    #[track_caller]
    fn is_encrypted(&self, host: &str, parameters: &str) -> bool {
        let _store = self.open(host, parameters).unwrap_or_else(|e| panic!("{host} {parameters}: {e}"));
        let mut client =
            Client::connect(&format!("host=127.0.0.1 port={} user=postgres", self.cluster.port), NoTls).unwrap();
        let sql =
            "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'asking'";
        client.query_one(sql, &[]).unwrap().get(0)
    }

    #[track_caller]
    fn refusal(&self, host: &str, parameters: &str) -> String {
        match self.open(host, parameters) {
            Ok(_) => panic!("{host} {parameters} was opened"),
            Err(e) => format!("{e}\n{}", e.hint.as_deref().unwrap_or_default()),
        }
    }
}

#[test]
fn certificates_are_verified_and_this_machine_needs_none() {
    if Command::new("openssl").arg("version").output().is_err() {
        return;
    }
    let Some(cluster) = Cluster::start(&[], certificates) else { return };
    cluster.down("fast");
    let [certificate, key] = ["server.crt", "server.key"].map(|name| cluster.path(name).display().to_string());
    cluster.up(&["ssl=on", &format!("ssl_cert_file={certificate}"), &format!("ssl_key_file={key}")]);
    let asked = Asked { cluster: &cluster };
    // This machine: not encrypted unless it is wished.
    for host in ["127.0.0.1", "localhost"] {
        assert!(!asked.is_encrypted(host, ""), "{host}");
        assert!(!asked.is_encrypted(host, "&sslmode=disable"), "{host}");
        assert!(asked.is_encrypted(host, "&sslmode=verify-full&sslrootcert=FOLDER/ours.crt"), "{host}");
        assert!(asked.is_encrypted(host, "&sslmode=verify-ca&sslrootcert=FOLDER/ours.crt"), "{host}");
        assert!(asked.is_encrypted(host, "&sslmode=prefer&sslrootcert=FOLDER/ours.crt"), "{host}");
        // Encrypted, whoever it is.
        assert!(asked.is_encrypted(host, "&sslmode=require"), "{host}");
    }
    // An authority that this machine does not know, one that did not sign, and the certificate of another host.
    for (host, parameters) in [
        ("localhost", "&sslmode=verify-full"),
        ("localhost", "&sslmode=prefer"),
        ("localhost", "&sslmode=verify-full&sslrootcert=FOLDER/other.crt"),
        ("localhost", "&sslmode=require&sslrootcert=FOLDER/other.crt"),
        ("127.0.0.2", "&sslmode=verify-full&sslrootcert=FOLDER/ours.crt"),
    ] {
        let text = asked.refusal(host, parameters);
        assert!(text.starts_with("could not open the database postgres://postgres@"), "{host} {parameters}: {text}");
        assert!(text.contains("certificate") && text.contains("`sslrootcert=FILE`"), "{host} {parameters}: {text}");
    }
    for (parameters, part) in [
        ("&sslmode=verify-full&sslrootcert=FOLDER/none.crt", "none.crt cannot be used"),
        ("&sslmode=verify-full&sslrootcert=FOLDER/names", "names cannot be used: there is none"),
    ] {
        let text = asked.refusal("localhost", parameters);
        assert!(text.contains(part), "{parameters}: {text}");
    }
    // A server that encrypts nothing.
    cluster.down("fast");
    cluster.up(&["ssl=off"]);
    let text = asked.refusal("localhost", "&sslmode=verify-full&sslrootcert=FOLDER/ours.crt");
    assert!(text.contains("TLS"), "{text}");
    assert!(!asked.is_encrypted("localhost", "&sslmode=prefer"));
}
