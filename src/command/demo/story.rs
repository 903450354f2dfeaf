//! The story of the tour: a service moves its cart sessions to a new shape, in stages.

use super::scene::Scene;

const STORE: &str = "src/orders/core/session_store.py";

const STORE_AT_START: &str = "def load(key):\n    return read(key)\n";

const STORE_MOVED: &str = "\
import os

from orders.models.cart import Cart


def load(key):
    if os.environ.get(\"USE_NEW_CARTS\") == \"true\":
        return Cart.from_session(read(key))
    return read(key)
";

const STORE_FIXED: &str = "\
import os

from orders.models.cart import Cart


def load(key):
    key = key.strip()
    if os.environ.get(\"USE_NEW_CARTS\") == \"true\":
        return Cart.from_session(read(key))
    return read(key)
";

/// Tells the whole story; an error says which step came out otherwise than it must.
pub(super) fn tell(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    set_up(scene)?;
    share(scene)?;
    land_unready(scene)?;
    back_up(scene)?;
    land(scene)?;
    ordinary(scene)?;
    hotfix(scene)?;
    rewrite(scene)?;
    pull_request(scene)
}

/// The service as it was before the migration, with its plan and its rules, and the guard in front.
fn set_up(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("A service, its migration described in backout.toml, and the guard installed")?;
    scene.quietly(&["git", "init", "--quiet", "--initial-branch=main", "."])?;
    scene.quietly(&[
        "git",
        "init",
        "--quiet",
        "--bare",
        "--initial-branch=main",
        "../remote.git",
    ])?;
    scene.quietly(&["git", "config", "user.name", "Ada"])?;
    scene.quietly(&["git", "config", "user.email", "ada@example.org"])?;
    scene.quietly(&["git", "remote", "add", "origin", "../remote.git"])?;
    scene.write("README.md", "# Orders\n")?;
    scene.write(".gitignore", "/export/\n")?;
    scene.write(".env.example", "# Carts in the new shape\nUSE_NEW_CARTS=false\n")?;
    scene.write(
        "CARTS_PLAN.md",
        "# Carts in the new shape\n\nStage by stage; see backout.toml.\n",
    )?;
    scene.write("backout.toml", include_str!("backout.toml"))?;
    scene.write(STORE, STORE_AT_START)?;
    scene.write("src/orders/models/cart.py", "class Cart:\n    pass\n")?;
    scene.write("src/orders/checkout.py", "def checkout(cart):\n    return total(cart)\n")?;
    scene.write("src/orders/web.py", "def index():\n    return 'orders'\n")?;
    scene.write("src/orders/legacy/carts.py", "def old():\n    return None\n")?;
    commit(scene, "Orders as they are")?;
    scene.quietly(&[
        "git",
        "tag",
        "--annotate",
        "carts-start",
        "--message",
        "The carts migration begins",
    ])?;
    scene.quietly(&["git", "push", "--quiet", "origin", "main", "carts-start"])?;
    scene.quietly(&["git", "remote", "set-head", "origin", "main"])?;
    scene.types(&["backout", "install"])?.passes()?.says("every push is judged")?;
    Ok(())
}

fn commit(scene: &Scene<'_>, message: &str) -> anyhow::Result<()> {
    scene.quietly(&["git", "add", "--all"])?;
    scene.quietly(&["git", "commit", "--quiet", "--message", message])?;
    Ok(())
}

fn share(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("Work on stage 9 is shared on a topic branch, without fuss")?;
    scene.quietly(&["git", "switch", "--quiet", "--create", "move-sessions"])?;
    scene.write(STORE, STORE_MOVED)?;
    scene.quietly(&["git", "add", "--all"])?;
    let message = "Read sessions in the new shape\n\nMigration-Stage: 9";
    scene.types(&["git", "commit", "--quiet", "--message", message])?.passes()?;
    let pushed = scene.types(&["git", "push", "--quiet", "origin", "move-sessions"])?;
    pushed.passes()?.says("ready: stage 9 (share)")?.backout_lines(2)?;
    scene.lesson("It passes; the missing backup is told, not yet asked for.")
}

fn land_unready(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("Landing it on main without a backup is stopped")?;
    scene.quietly(&["git", "switch", "--quiet", "main"])?;
    scene.quietly(&["git", "merge", "--quiet", "--ff-only", "move-sessions"])?;
    let pushed = scene.types(&["git", "push", "--quiet", "origin", "main"])?;
    pushed.fails()?.says("deny backup/missing")?.says("not ready to land: 1 problem")?;
    scene.lesson("Nothing has left this machine, and the way out is in the report.")
}

fn back_up(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("The backup is made, and its receipt committed")?;
    scene.write("export/sessions/session-1.json", "{\"cart\": [\"book\"]}\n")?;
    scene.write("export/sessions/session-2.json", "{\"cart\": [\"lamp\", \"pen\"]}\n")?;
    let made = scene.types(&["backout", "backup", "create", "sessions"])?;
    made.passes()?.says(".backout/backups/sessions.toml")?;
    scene.types(&["backout", "backup", "verify", "sessions"])?.passes()?;
    scene.quietly(&["git", "add", "--all"])?;
    let message = "Receipt of the sessions' backup";
    scene.types(&["git", "commit", "--quiet", "--message", message])?.passes()?;
    Ok(())
}

fn land(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("Now it lands")?;
    let pushed = scene.types(&["git", "push", "--quiet", "origin", "main"])?;
    pushed.passes()?.says("ready: stage 9 (land)")?;
    scene.types(&["backout", "status"])?.passes()?.says("Move the sessions")?;
    Ok(())
}

fn ordinary(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("An ordinary change to the service lands in silence")?;
    scene.write("src/orders/web.py", "def index():\n    return 'your orders'\n")?;
    scene.quietly(&["git", "add", "--all"])?;
    let message = "Greet politely";
    scene.types(&["git", "commit", "--quiet", "--message", message])?.passes()?;
    let pushed = scene.types(&["git", "push", "--quiet", "origin", "main"])?;
    pushed.passes()?.backout_lines(0)?;
    Ok(())
}

fn hotfix(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("A hotfix on a stage's file, declared as such, lands with one line")?;
    scene.write(STORE, STORE_FIXED)?;
    scene.quietly(&["git", "add", "--all"])?;
    // The file belongs to two stages; the fix to neither.
    let message = "Accept keys with blanks around them\n\nMigration-Stage: none";
    scene.types(&["git", "commit", "--quiet", "--message", message])?.passes()?;
    let pushed = scene.types(&["git", "push", "--quiet", "origin", "main"])?;
    pushed.passes()?.says("stage/declared-foreign")?.backout_lines(1)?;
    scene.lesson("A rollback of the stage will keep the fix.")
}

fn rewrite(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("A force push that would drop the start of the migration is stopped")?;
    scene.quietly(&["git", "switch", "--quiet", "--orphan", "fresh"])?;
    scene.write("README.md", "# Orders, cleaned up\n")?;
    commit(scene, "A fresh start")?;
    let pushed = scene.types(&["git", "push", "--quiet", "--force", "origin", "fresh:main"])?;
    pushed.fails()?.says("deny ref/history-rewritten")?;
    let deleted = scene.types(&["git", "push", "--quiet", "origin", "--delete", "carts-start"])?;
    deleted.fails()?.says("deny ref/start-tag-deleted")?;
    scene.quietly(&["git", "switch", "--quiet", "main"])?;
    Ok(())
}

fn pull_request(scene: &mut Scene<'_>) -> anyhow::Result<()> {
    scene.step("CI judges a pull request the same way, whatever its author's hook did")?;
    scene.quietly(&["git", "switch", "--quiet", "--create", "cutover"])?;
    scene.write("src/orders/legacy/carts.py", "")?;
    scene.write("src/orders/legacy_helpers.py", "HELPERS = []\n")?;
    commit(scene, "Drop the old carts\n\nMigration-Stage: 11")?;
    scene.types(&["git", "push", "--quiet", "--no-verify", "origin", "cutover"])?.passes()?;
    let range = ["backout", "check", "--base", "origin/main", "--head", "cutover"];
    let checked = scene.types(&range)?;
    checked.fails()?.says("deny stage/unowned-path")?.says("not ready to land")?;
    scene.lesson("A stage that leaves its paths could not be rolled back whole.")
}
