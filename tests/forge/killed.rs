//! Killed while any request is under way: the same command goes on.

use std::process::Stdio;
use std::time::Duration;

use super::scene::{Migration, WHY};
use crate::support::PROGRAM;
use crate::support::fake_github::{At, Fault};

const ASKS: [&str; 6] = ["revert", "--pr", "--stage", "4", "--reason", WHY];

#[test]
fn the_same_command_goes_on() {
    let scene = Migration::to_copy();
    let trial = scene.copy();
    trial.backout(&ASKS).run().ok();
    let requests = trial.fake.requests().len();
    let tree = trial.tree("backout/entities/stage-4");
    for number in 1..=requests {
        let forge = scene.copy();
        // Its answer never ends, so that the program is sure to wait for it when it is killed.
        forge.fake.inject(Fault::slow().at(At::Nth(number)));
        let mut command = forge.repo.command(PROGRAM, forge.repo.path());
        command.args(ASKS).envs(forge.fake.environment());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while forge.fake.requests().len() < number {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        forge.fake.heal();
        forge.backout(&ASKS).run().ok();
        assert_eq!(forge.tree("backout/entities/stage-4"), tree);
        let world = forge.fake.world();
        assert_eq!(world.pulls().len(), 1, "{number}");
        assert_eq!(world.the_open_pull().labels, ["stage:4", "impact:medium"]);
        let reviewers = &world.the_open_pull().pull.as_ref().unwrap().reviewers;
        assert_eq!(reviewers, &["keeper", "team-platform"]);
    }
}
