//! Read-only files and folders: their contents can be shown, and no write is attempted.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::gazette::{config, gazette};
use crate::world::{Done, World};

/// An unprivileged user, because permissions do not apply to root.
const NOBODY: u32 = 65_534;

/// A world that has crawled, as somebody sees it who may read it only.
struct Visited {
    world: World,
    /// For root: the program where everybody may run it.
    program: Option<PathBuf>,
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

impl Visited {
    fn new(world: World, file: u32, folder: u32) -> Self {
        let is_root = std::fs::metadata(world.folder()).unwrap().uid() == 0;
        let program = is_root.then(|| {
            let copy = world.path("program");
            std::fs::copy(env!("CARGO_BIN_EXE_presswatch"), &copy).unwrap();
            permit(&copy, 0o755);
            copy
        });
        for name in ["presswatch.db", "presswatch.db.lock"] {
            permit(&world.path(name), file);
        }
        permit(world.folder(), folder);
        Self { world, program }
    }

    fn presswatch(&self, args: &[&str]) -> Done {
        let whole = self.world.command(args);
        let program = self.program.clone().unwrap_or_else(|| whole.get_program().into());
        let mut command = Command::new(program);
        command.args(whole.get_args()).current_dir(self.world.folder()).env_clear();
        if self.program.is_some() {
            command.uid(NOBODY).gid(NOBODY);
        }
        Done::of(&mut command)
    }
}

impl Drop for Visited {
    fn drop(&mut self) {
        permit(self.world.folder(), 0o755);
    }
}

#[test]
fn a_read_only_database_is_reported_and_unchanged() {
    // The file; the folder; both. In the first case everybody may make files beside it.
    for (file, folder) in [(0o444, 0o777), (0o666, 0o555), (0o444, 0o555)] {
        let outlet = gazette(2);
        let world = World::with(&config(&outlet)).in_file();
        world.run();
        let asked = outlet.asked().len();
        let visited = Visited::new(world, file, folder);
        let before = std::fs::read(visited.world.path("presswatch.db")).unwrap();
        let case = format!("file {file:o}, folder {folder:o}");
        for args in [&["digest"][..], &["sources"], &["search", "kraanvogel"], &["export", "--format", "csv"]] {
            let done = visited.presswatch(args);
            assert_eq!(done.code, Some(0), "{case}: {args:?}: {done:?}");
            assert!(
                args[0] == "sources" || done.stdout.contains("Kraanvogel number 2"),
                "{case}: {args:?}: {}",
                done.stdout
            );
        }
        for args in [&["run"][..], &["run", "--force"], &["rematch"]] {
            let done = visited.presswatch(args);
            assert_eq!(done.code, Some(1), "{case}: {args:?}: {done:?}");
            assert!(
                done.stderr.contains("error: could not") && done.stderr.contains("hint: "),
                "{case}: {}",
                done.stderr
            );
            assert!(done.stderr.contains("presswatch.db"), "{case}: it names the file: {}", done.stderr);
        }
        assert_eq!(outlet.asked().len(), asked, "{case}: nobody is asked for what cannot be kept");
        assert!(std::fs::read(visited.world.path("presswatch.db")).unwrap() == before, "{case}");
        let names = std::fs::read_dir(visited.world.folder()).unwrap().count();
        let expected = 3 + usize::from(visited.program.is_some());
        assert!(names <= expected + 2, "{case}: {names} files");
    }
}
