//! One program from its start to its end.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::config::CommandConfig;
use super::template::uses;
use super::tree::{MARK, Tree};

/// How much of what a program says of itself is kept: its end.
const MAX_STDERR_BYTES: usize = 16 << 10;
/// How long a program may take to end by itself when it is asked to.
const GRACE: Duration = Duration::from_millis(500);
/// How long to read on, after a program has ended, from a pipe that something it started still holds open.
const DRAIN: Duration = Duration::from_millis(200);
/// The longest pause before a program whose file is being written is tried again.
const BUSY: Duration = Duration::from_millis(512);
/// What an absurdly long deadline is cut to.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// How a program ended.
#[derive(Debug)]
pub(super) enum End {
    /// By itself, with this code; `None`: by a signal.
    Exited(Option<i32>),
    /// It was ended after this time.
    Late(Duration),
    /// It was ended because it wrote too much.
    TooMuch,
}

/// What there is when a program has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) end: End,
    pub(super) stdout: Vec<u8>,
    /// The end of its standard error.
    pub(super) stderr: Vec<u8>,
    /// What is in the file that it was told to write.
    pub(super) answer: Option<String>,
}

/// The files that a program is told of. They are removed when it has ended.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) prompt: Option<String>,
    pub(super) answer: Option<String>,
    /// A folder of the program's own.
    pub(super) directory: Option<PathBuf>,
    _folder: Option<TempDir>,
}

impl Files {
    /// Makes the files that the arguments name, and the folder if the program is to have one, for this user only.
    pub(super) fn make(config: &CommandConfig, question: &str) -> io::Result<Self> {
        let wanted = |place| uses(&config.arguments, place);
        let mut files = Self {
            prompt: None,
            answer: None,
            directory: None,
            _folder: None,
        };
        let private = config.private_directory;
        if !private && !wanted("prompt_file") && !wanted("answer_file") {
            return Ok(files);
        }
        let mut folder = tempfile::Builder::new();
        folder.prefix("wavecrew-");
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = folder.tempdir()?;
        let path = |name: &str| {
            let path = folder.path().join(name).into_os_string().into_string();
            path.map_err(|_| io::Error::other("its path is no text"))
        };
        if wanted("prompt_file") {
            let path = path("prompt.md")?;
            fs::write(&path, question)?;
            files.prompt = Some(path);
        }
        if wanted("answer_file") {
            files.answer = Some(path("answer.md")?);
        }
        if private {
            let path = folder.path().join("work");
            fs::create_dir(&path)?;
            files.directory = Some(path);
        }
        files._folder = Some(folder);
        Ok(files)
    }
}

/// The text of a file, and whether that is more than the limit; `None` when there is none.
pub(super) fn read_file(path: &str, limit: usize) -> Option<(String, bool)> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).ok()?;
    let most = (limit as u64).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).ok()?;
    let too_much = bytes.len() > limit;
    Some((String::from_utf8_lossy(&bytes).into_owned(), too_much))
}

/// The moment at which a program is ended, and how long that is from now.
pub(super) fn deadline(own: Duration, callers: Option<Instant>) -> (Instant, Duration) {
    let now = Instant::now();
    let end = now + own.min(LONGEST);
    let end = callers.map_or(end, |callers| callers.min(end));
    (end, end.saturating_duration_since(now))
}

/// Runs the program to its end, or ends it.
///
/// # Errors
///
/// It could not be started.
pub(super) async fn run(
    config: &CommandConfig,
    directory: Option<&Path>,
    arguments: &[String],
    question: Option<&[u8]>,
    (deadline, after): (Instant, Duration),
) -> io::Result<Finished> {
    let mark = mark();
    let mut command = match config.launcher.split_first() {
        None => Command::new(&config.program),
        Some((launcher, words)) => {
            let mut command = Command::new(launcher);
            command.args(words).arg(&config.program);
            command
        }
    };
    command.args(arguments);
    if let Some(directory) = directory {
        command.current_dir(directory);
    }
    if config.clear_variables {
        command.env_clear();
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    }
    for name in &config.without {
        command.env_remove(name);
    }
    // Nobody looks at a terminal.
    command.env("TERM", "dumb").env("NO_COLOR", "1");
    let variables = config.variables.iter();
    command.envs(variables.map(|(name, value)| (name, value.expose_secret())));
    command.env(MARK, &mark);
    command
        .stdin(match question {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = start(&mut command).await?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mut tree = Tree::new(child, mark);

    let mut out = Vec::new();
    let mut err = Vec::new();
    let end = {
        let reading = async {
            tokio::try_join!(
                read(stdout, &mut out, config.max_output_bytes),
                read_end(stderr, &mut err),
                write(stdin, question.unwrap_or_default()),
            )
        };
        tokio::pin!(reading);
        let running = async {
            tokio::select! {
                status = tree.child().wait() => {
                    // What it started may hold the pipes open for ever.
                    match timeout(DRAIN, &mut reading).await {
                        Ok(Err(TooMuch)) => Ok(End::TooMuch),
                        _ => status.map(|status| End::Exited(status.code())),
                    }
                }
                read = &mut reading => match read {
                    Err(TooMuch) => Ok(End::TooMuch),
                    Ok(_) => Ok(End::Exited(tree.child().wait().await?.code())),
                },
            }
        };
        match timeout_at(deadline, running).await {
            Ok(end) => end?,
            Err(_) => {
                tree.terminate();
                // It may write its last words meanwhile.
                let _ = timeout(GRACE, async {
                    tokio::join!(tree.child().wait(), &mut reading)
                })
                .await;
                End::Late(after)
            }
        }
    };
    tree.end();
    // It has ended; this collects it.
    let _ = timeout(GRACE, tree.child().wait()).await;
    Ok(Finished {
        end,
        stdout: out,
        stderr: err,
        answer: None,
    })
}

/// Starts a program, tried again for about a second while its file is being written: an agent that is updated just now, or
/// a script whose writer was copied, still open, into a process that another thread starts at this moment.
async fn start(command: &mut Command) -> io::Result<Child> {
    let mut wait = Duration::from_millis(1);
    loop {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && wait < BUSY => {
                sleep(wait).await;
                wait *= 2;
            }
            end => return end,
        }
    }
}

/// A text that no other process has.
fn mark() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let nanos = now.map_or(0, |since| since.as_nanos());
    format!("{}-{count}-{nanos}", std::process::id())
}

struct TooMuch;

/// Reads to the end, or to one byte more than the limit.
async fn read(
    pipe: Option<impl AsyncRead + Unpin>,
    into: &mut Vec<u8>,
    limit: usize,
) -> Result<(), TooMuch> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    loop {
        match pipe.read_buf(into).await {
            Ok(read) if read > 0 => {}
            // A pipe that breaks is a pipe that ends.
            _ => return Ok(()),
        }
        if into.len() > limit {
            into.truncate(limit);
            return Err(TooMuch);
        }
    }
}

/// Reads to the end, and keeps no more than the last of it.
async fn read_end(pipe: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) -> Result<(), TooMuch> {
    let Some(mut pipe) = pipe else { return Ok(()) };
    loop {
        match pipe.read_buf(into).await {
            Ok(read) if read > 0 => {}
            _ => break,
        }
        if into.len() > 2 * MAX_STDERR_BYTES {
            into.drain(..into.len() - MAX_STDERR_BYTES);
        }
    }
    let surplus = into.len().saturating_sub(MAX_STDERR_BYTES);
    into.drain(..surplus);
    Ok(())
}

/// Writes the question. A program need not read it.
async fn write(pipe: Option<ChildStdin>, question: &[u8]) -> Result<(), TooMuch> {
    if let Some(mut pipe) = pipe {
        let _ = pipe.write_all(question).await;
        let _ = pipe.shutdown().await;
    }
    Ok(())
}
