//! Files that are named on the command line or by the configuration are read up to a limit.

use std::fs::File;

use crate::world::World;

fn complaint(world: &World, args: &[&str]) -> String {
    let done = world.presswatch(args);
    assert!(matches!(done.code, Some(1 | 2)), "{args:?}: {done:?}");
    done.stderr
}

#[test]
fn reading_files_is_bounded() {
    let world = World::with("[[watch]]\nname = \"W\"\nquery = \"kraanvogel\"\n");
    File::create(world.path("large.html")).unwrap().set_len(2_000_000_000).unwrap();
    for args in [
        &["explain", "large.html"][..],
        &["sources", "import", "large.html"],
        &["explain", "--robots", "large.html", "--url", "http://press.example/"],
        &["explain", "--urls", "large.html"],
        &["check", "--config", "large.html"],
    ] {
        let told = complaint(&world, args);
        assert!(told.contains("large.html: it is larger than "), "{args:?}: {told}");
    }
    world.write("including.toml", "include = [\"large.html\"]\n");
    let told = complaint(&world, &["check", "--config", "including.toml"]);
    assert!(told.contains("large.html: it is larger than "), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn reading_devices_is_bounded() {
    let world = World::with("[[watch]]\nname = \"W\"\nquery = \"kraanvogel\"\n");
    for args in [
        &["check", "--config", "/dev/zero"][..],
        &["explain", "/dev/zero"],
        &["sources", "import", "/dev/zero"],
        &["explain", "--robots", "/dev/zero", "--url", "http://press.example/"],
    ] {
        let told = complaint(&world, args);
        assert!(told.contains("/dev/zero: it is larger than "), "{args:?}: {told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "slow"]
fn a_pipe_without_a_writer_does_not_block() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let world = World::empty();
    mknodat(CWD, world.path("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let told = complaint(&world, &["check", "--config", "pipe"]);
    assert!(told.contains("nobody writes to this pipe"), "{told}");
}
