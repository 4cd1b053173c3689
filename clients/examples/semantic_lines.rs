//! Prints the five lines that mean the most similar thing to a question:
//!
//!     rustc -O semantic_lines.rs && ./semantic_lines QUESTION [FILE]
//!
//! or the lines of standard input. The standard library, nothing else; `akin` on the PATH, or where AKIN says.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};

const TOP: usize = 5;
/// Documents of one request; the server takes up to 16384.
const BATCH: usize = 10_000;

struct Hit {
    score: f64,
    line: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (question, file) = match arguments.as_slice() {
        [question] => (question, None),
        [question, file] => (question, Some(file)),
        _ => {
            eprintln!("usage: semantic_lines QUESTION [FILE]");
            return ExitCode::from(64);
        }
    };
    match run(question, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(question: &str, file: Option<&String>) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    match file {
        Some(path) => {
            bytes = std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?
        }
        None => drop(std::io::stdin().read_to_end(&mut bytes)?),
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let lines: Vec<String> = bytes.split(|byte| *byte == b'\n').map(decoded).collect();
    for hit in search(question, &lines)? {
        println!("{:.3}  {}: {}", hit.score, hit.line + 1, lines[hit.line]);
    }
    Ok(())
}

/// A line is UTF-8, and Latin-1 where it is not.
fn decoded(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) => text.to_string(),
        Err(_) => line.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn search(question: &str, lines: &[String]) -> Result<Vec<Hit>, Box<dyn Error>> {
    let asked = std::env::var("AKIN").unwrap_or_default();
    let program = if asked.is_empty() { "akin" } else { &asked };
    let mut server = Command::new(program)
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|_| match asked.as_str() {
            "" => "there is no program 'akin' on the PATH: install Akin, or set AKIN to its path".into(),
            _ => format!(
                "AKIN is set to '{asked}', which is not a program: install Akin, or set AKIN to its path"
            ),
        })?;
    let mut requests = server.stdin.take().ok_or("no pipe to the server")?;
    let mut answers = BufReader::new(server.stdout.take().ok_or("no pipe from the server")?);
    for (number, batch) in lines.chunks(BATCH).enumerate() {
        // The id says which batch it is: answers come as they are ready.
        writeln!(requests, "{}", request(number, question, batch))?;
    }
    let mut hits = Vec::new();
    for _ in lines.chunks(BATCH) {
        let mut line = String::new();
        answers.read_line(&mut line)?;
        collect(
            &Json::parse(&line).ok_or("the server ended before it answered")?,
            &mut hits,
        )?;
    }
    drop(requests); // The server ends when its input does.
    server.wait()?;
    hits.sort_by(|one, other| other.score.total_cmp(&one.score));
    hits.truncate(TOP);
    Ok(hits)
}

fn request(id: usize, question: &str, documents: &[String]) -> String {
    let documents: Vec<String> = documents.iter().map(|text| quote(text)).collect();
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"search","params":{{"query":{},"topK":{TOP},"documents":[{}]}}}}"#,
        quote(question),
        documents.join(",")
    )
}

/// What the server refuses it calls by its parameters: the documents are lines, from the one after `start` on.
fn refusal(message: &str, start: usize) -> String {
    let place = message.strip_prefix("params.documents[").and_then(|rest| {
        let (row, rest) = rest.split_once(']')?;
        Some((row.parse::<usize>().ok()?, rest.split_once(": ")?.1))
    });
    match place {
        Some((row, reason)) => format!("line {}: {reason}", start + row + 1),
        None => format!("akin: {}", message.replacen("params.query", "the question", 1)),
    }
}

fn collect(answer: &Json, hits: &mut Vec<Hit>) -> Result<(), Box<dyn Error>> {
    if let Some(message) = answer.get("error").and_then(|error| error.get("message")) {
        let start = answer.get("id").and_then(Json::number).unwrap_or_default() as usize * BATCH;
        return Err(refusal(message.text().unwrap_or_default(), start).into());
    }
    let number = |value: &Json, key| {
        value
            .get(key)
            .and_then(Json::number)
            .ok_or("no number in an answer")
    };
    let start = number(answer, "id")? as usize * BATCH;
    let results = answer
        .get("result")
        .and_then(|result| result.get("results"));
    for hit in results
        .and_then(|results| results.items().first())
        .map_or(&[][..], Json::items)
    {
        hits.push(Hit {
            score: number(hit, "score")?,
            line: start + number(hit, "index")? as usize,
        });
    }
    Ok(())
}

fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

enum Json {
    /// `null`, `true` and `false`, which this program does not look at.
    Word,
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A value, however deep the server nests; None for what is not JSON.
    fn parse(text: &str) -> Option<Json> {
        value(&mut text.chars().peekable())
    }

    fn get(&self, key: &str) -> Option<&Json> {
        let Json::Object(members) = self else {
            return None;
        };
        members
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    fn items(&self) -> &[Json] {
        if let Json::Array(items) = self {
            items
        } else {
            &[]
        }
    }

    fn number(&self) -> Option<f64> {
        if let Json::Number(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn value(rest: &mut Characters) -> Option<Json> {
    match next_not_blank(rest)? {
        '{' => {
            let mut members = Vec::new();
            list(rest, '}', |rest| {
                let Json::Text(key) = value(rest)? else {
                    return None;
                };
                (next_not_blank(rest)? == ':').then_some(())?;
                members.push((key, value(rest)?));
                Some(())
            })?;
            Some(Json::Object(members))
        }
        '[' => {
            let mut items = Vec::new();
            list(rest, ']', |rest| Some(items.push(value(rest)?)))?;
            Some(Json::Array(items))
        }
        '"' => string(rest).map(Json::Text),
        first => {
            let mut word = String::from(first);
            while let Some(c) = rest.next_if(|c| !",]}".contains(*c) && !c.is_whitespace()) {
                word.push(c);
            }
            if ["null", "true", "false"].contains(&word.as_str()) {
                return Some(Json::Word);
            }
            word.parse().ok().map(Json::Number)
        }
    }
}

/// Elements up to the closing bracket, each read by `element`.
fn list(
    rest: &mut Characters,
    closing: char,
    mut element: impl FnMut(&mut Characters) -> Option<()>,
) -> Option<()> {
    skip_blanks(rest);
    if rest.next_if_eq(&closing).is_some() {
        return Some(());
    }
    loop {
        element(rest)?;
        match next_not_blank(rest)? {
            ',' => continue,
            c => return (c == closing).then_some(()),
        }
    }
}

fn string(rest: &mut Characters) -> Option<String> {
    let mut units: Vec<u16> = Vec::new();
    loop {
        let c = match rest.next()? {
            '"' => return Some(String::from_utf16_lossy(&units)),
            '\\' => match rest.next()? {
                'u' => {
                    let digits: String = rest.take(4).collect();
                    units.push(u16::from_str_radix(&digits, 16).ok()?);
                    continue;
                }
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            },
            other => other,
        };
        units.extend(c.encode_utf16(&mut [0; 2]).iter());
    }
}

fn next_not_blank(rest: &mut Characters) -> Option<char> {
    skip_blanks(rest);
    rest.next()
}

fn skip_blanks(rest: &mut Characters) {
    while rest.next_if(|c| c.is_whitespace()).is_some() {}
}
