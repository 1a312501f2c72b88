//! A server of a test's own, for what must not happen to the server of the other tests.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A temporary cluster; it stops with its test.
pub struct Cluster {
    folder: TempDir,
    binaries: PathBuf,
    pub port: u16,
}

impl Cluster {
    /// Starts one with these settings, once `prepare` has put its files into the folder. `None` where no test of a server is wished, or
    /// none is installed.
    pub fn start(settings: &[&str], prepare: impl FnOnce(&Path)) -> Option<Self> {
        crate::engines::server()?;
        let binaries = glob_binaries()?;
        let folder = tempfile::Builder::new().prefix("presswatch").tempdir_in("/tmp").unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, binaries, port };
        prepare(cluster.folder.path());
        cluster.give_to_server();
        let data = cluster.data();
        cluster.expect(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        cluster.up(settings);
        Some(cluster)
    }

    /// A file in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn up(&self, settings: &[&str]) {
        let folder = self.folder.path().display();
        let mut options = format!(
            "-c listen_addresses='127.0.0.1,127.0.0.2' -c port={} -c unix_socket_directories={folder} -c fsync=off",
            self.port
        );
        for setting in settings {
            options += &format!(" -c {setting}");
        }
        let (data, log) = (self.data(), self.path("log").display().to_string());
        self.expect("pg_ctl", &["-D", &data, "-l", &log, "-w", "-o", &options, "start"]);
    }

    /// `immediate`: as if it had crashed.
    pub fn down(&self, mode: &str) {
        self.expect("pg_ctl", &["-D", &self.data(), "-m", mode, "-w", "stop"]);
    }

    fn data(&self) -> String {
        self.path("data").display().to_string()
    }

    fn is_root() -> bool {
        String::from_utf8_lossy(&Command::new("id").arg("-u").output().unwrap().stdout).trim() == "0"
    }

    /// The server refuses to run as root.
    fn give_to_server(&self) {
        if Self::is_root() {
            assert!(
                Command::new("chown").arg("-R").arg("postgres").arg(self.folder.path()).status().unwrap().success()
            );
        }
    }

    fn run(&self, program: &str, args: &[&str]) -> std::process::Output {
        let program = self.binaries.join(program);
        let mut command = if Self::is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // The server keeps what it inherits: it must not be a pipe that somebody reads to its end.
        let output = std::fs::File::create(self.path("said")).unwrap();
        let status =
            command.args(args).current_dir("/").stdout(output.try_clone().unwrap()).stderr(output).status().unwrap();
        std::process::Output { status, stdout: std::fs::read(self.path("said")).unwrap(), stderr: Vec::new() }
    }

    fn expect(&self, program: &str, args: &[&str]) {
        let output = self.run(program, args);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

fn glob_binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin"));
    versions.filter(|bin| bin.join("initdb").exists()).max()
}
