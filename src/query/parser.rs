//! Parses tokens to a tree: NOT binds tighter than NEAR, NEAR than AND, AND than OR.

use std::ops::Range;

use super::ast::{Field, How, Node, Term};
use super::error::QueryError;
use super::lexer::{Token, tokens};

/// Longer queries are rejected, in bytes.
const MAX_QUERY: usize = 100_000;
/// Nesting of brackets, NOTs and fields.
const MAX_DEPTH: usize = 100;

type Parsed = Result<(Node, Range<usize>), QueryError>;

/// Parses a whole query.
pub(super) fn parse(text: &str) -> Result<Node, QueryError> {
    if text.len() > MAX_QUERY {
        return Err(QueryError::new(
            0..0,
            format!("a query can have {MAX_QUERY} bytes at most, this has {}", text.len()),
        )
        .hint("make several watches of it"));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(QueryError::new(0..text.len(), "expected a word, a phrase or a bracket: the query is empty"));
    }
    let mut parser = Parser { tokens: &tokens, at: 0, end: text.trim_end().len(), depth: 0, field: None };
    let (node, range) = parser.or()?;
    if let Some((_, at)) = parser.tokens.get(parser.at) {
        return Err(
            QueryError::new(at.clone(), "this bracket closes nothing").hint("leave it out, or write a ( before")
        );
    }
    let mut positive = false;
    node.positive_terms(&mut |_, _| positive = true);
    if !positive {
        return Err(QueryError::new(range, "this only excludes: expected at least one word that is looked for")
            .hint("write what is to be found first: iran NOT sport"));
    }
    Ok(node)
}

struct Parser<'a> {
    tokens: &'a [(Token, Range<usize>)],
    at: usize,
    /// The length of the query, in bytes.
    end: usize,
    depth: usize,
    field: Option<Field>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn current_span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, at)| at.clone())
    }

    fn or(&mut self) -> Parsed {
        let (first, mut range) = self.and()?;
        let mut nodes = vec![first];
        while self.peek() == Some(&Token::Or) {
            let operator = self.current_span();
            self.at += 1;
            self.operand(&operator, "OR")?;
            let (node, at) = self.and()?;
            range.end = at.end;
            nodes.push(node);
        }
        Ok((
            joined(nodes, Node::Or, |node| match node {
                Node::Or(inner) => Ok(inner),
                other => Err(other),
            }),
            range,
        ))
    }

    fn and(&mut self) -> Parsed {
        let (first, mut range) = self.near()?;
        let mut nodes = vec![first];
        loop {
            match self.peek() {
                Some(Token::And) => {
                    let operator = self.current_span();
                    self.at += 1;
                    self.operand(&operator, "AND")?;
                }
                None | Some(Token::Or | Token::Close) => break,
                Some(_) => {}
            }
            let (node, at) = self.near()?;
            range.end = at.end;
            nodes.push(node);
        }
        Ok((
            joined(nodes, Node::And, |node| match node {
                Node::And(inner) => Ok(inner),
                other => Err(other),
            }),
            range,
        ))
    }

    fn near(&mut self) -> Parsed {
        let (left, left_at) = self.unary()?;
        let Some(Token::Near { ordered, distance }) = self.peek() else { return Ok((left, left_at)) };
        let operator = self.current_span();
        let name = if *ordered { "ONEAR" } else { "NEAR" };
        self.at += 1;
        self.operand(&operator, name)?;
        let (right, right_at) = self.unary()?;
        if let Node::Not(_) = left {
            return Err(QueryError::new(
                left_at.start..right_at.end,
                format!("{name} takes words, phrases, prefixes and OR-groups of these, not NOT"),
            )
            .hint(format!("NOT binds first: write NOT (a {name}/5 b)")));
        }
        for (side, at) in [(&left, &left_at), (&right, &right_at)] {
            check_words(side, at, name)?;
        }
        let value = |node| self.fields(node).into_iter().find(|field| field.is_value());
        if let Some(field) = value(&left).or_else(|| value(&right)) {
            let field = field.name();
            return Err(QueryError::new(
                left_at.start..right_at.end,
                format!("{field}: is one value: {name} has nothing to measure"),
            )
            .hint(format!("write {field}:… AND …")));
        }
        let (left_fields, right_fields) = (self.fields(&left), self.fields(&right));
        if !left_fields.iter().any(|field| right_fields.contains(field)) {
            return Err(QueryError::new(
                left_at.start..right_at.end,
                format!("{name} does not reach from one field into another"),
            )
            .hint("name the same field on both sides, or write AND"));
        }
        if let Some(Token::Near { .. }) = self.peek() {
            return Err(QueryError::new(self.current_span(), format!("{name} takes two sides, this would be a third"))
                .hint("write a NEAR/5 b AND b NEAR/5 c"));
        }
        let node = Node::Near { ordered: *ordered, distance: *distance, left: Box::new(left), right: Box::new(right) };
        Ok((node, left_at.start..right_at.end))
    }

    fn unary(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(QueryError::new(
                self.current_span(),
                format!("more than {MAX_DEPTH} brackets, NOTs or fields within each other"),
            ));
        }
        let parsed = self.operand_of_unary();
        self.depth -= 1;
        parsed
    }

    fn operand_of_unary(&mut self) -> Parsed {
        let at = self.current_span();
        let Some(token) = self.peek() else {
            return Err(QueryError::new(at, "expected a word, a phrase or a bracket: the query ends here"));
        };
        self.at += 1;
        match token {
            Token::Term(term) => {
                let mut term = term.clone();
                if self.field == Some(Field::Lang) {
                    let code = term.words.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
                    let is_code = matches!(code.len(), 2 | 3) && code.chars().all(|c| c.is_ascii_lowercase());
                    if !is_code || term.how != How::Folded || term.prefix || term.words.len() > 3 {
                        return Err(QueryError::new(at, "expected the code of a language")
                            .hint("write lang:fr, lang:nl, lang:(de OR en) …"));
                    }
                    term.words = vec![code];
                }
                if let Some(field) = self.field.filter(|field| field.is_fact()) {
                    check_value(field, &term, &at)?;
                }
                Ok((Node::Term(term), at))
            }
            Token::Not | Token::Minus => {
                let name = if *token == Token::Not { "NOT" } else { "-" };
                self.operand(&at, name)?;
                let (node, inner) = self.unary()?;
                Ok((Node::Not(Box::new(node)), at.start..inner.end))
            }
            Token::AtLeast(times) => {
                self.operand(&at, "ATLEAST")?;
                let (node, inner) = self.unary()?;
                check_words(&node, &inner, "ATLEAST")?;
                if let Some(field) = self.fields(&node).into_iter().find(|field| field.is_value()) {
                    let message = format!("{}: is one value: it cannot be counted", field.name());
                    return Err(QueryError::new(inner, message));
                }
                Ok((Node::AtLeast { times: *times, of: Box::new(node) }, at.start..inner.end))
            }
            Token::Field(field) => self.in_field(*field, at),
            Token::Open => {
                if self.peek() == Some(&Token::Close) {
                    return Err(QueryError::new(
                        at.start..self.current_span().end,
                        "expected words between the brackets",
                    ));
                }
                if self.peek().is_none() {
                    return Err(unclosed(at));
                }
                let (node, _) = self.or()?;
                if self.peek() != Some(&Token::Close) {
                    return Err(unclosed(at));
                }
                let end = self.current_span().end;
                self.at += 1;
                Ok((node, at.start..end))
            }
            Token::Close => {
                Err(QueryError::new(at, "this bracket closes nothing").hint("leave it out, or write a ( before"))
            }
            Token::And | Token::Or | Token::Near { .. } => {
                let name = token_name(token);
                Err(QueryError::new(at, format!("expected a word, a phrase or a bracket before {name}"))
                    .hint(format!("for the word itself, quote it: \"{name}\"")))
            }
        }
    }

    fn in_field(&mut self, field: Field, at: Range<usize>) -> Parsed {
        match self.peek() {
            Some(Token::Term(_) | Token::Open | Token::Field(_)) => {}
            _ => {
                return Err(QueryError::new(
                    at,
                    format!("expected a word, a phrase or a bracket after {}:", field.name()),
                )
                .hint(format!("write {0}:word, {0}:\"a phrase\" or {0}:(a OR b)", field.name())));
            }
        }
        if let Some(outer) = self.field {
            return Err(QueryError::new(at, format!("{}: stands within {}:", field.name(), outer.name()))
                .hint("close the bracket of the outer field first"));
        }
        if let Some(Token::Field(_)) = self.peek() {
            return Err(QueryError::new(
                self.current_span(),
                format!("expected a word, a phrase or a bracket after {}:", field.name()),
            ));
        }
        self.field = Some(field);
        let parsed = self.unary();
        self.field = None;
        let (node, inner) = parsed?;
        Ok((Node::In { field, node: Box::new(node) }, at.start..inner.end))
    }

    /// Reports an error unless an operand follows `operator`.
    fn operand(&self, operator: &Range<usize>, name: &str) -> Result<(), QueryError> {
        match self.peek() {
            None | Some(Token::Close) => {
                Err(QueryError::new(operator.clone(), format!("expected a word, a phrase or a bracket after {name}"))
                    .hint(format!("for the word itself, quote it: \"{name}\"")))
            }
            Some(token @ (Token::And | Token::Or | Token::Near { .. })) => Err(QueryError::new(
                self.current_span(),
                format!("expected a word, a phrase or a bracket after {name}, found {}", self::token_name(token)),
            )
            .hint("leave one of the two out")),
            Some(_) => Ok(()),
        }
    }

    /// The fields that the terms of `node` search.
    fn fields(&self, node: &Node) -> Vec<Field> {
        let mut fields = Vec::new();
        node.positive_terms(&mut |_, field| match field.or(self.field) {
            Some(field) => fields.push(field),
            None => fields.extend([Field::Title, Field::Summary, Field::Text]),
        });
        fields.sort_unstable();
        fields.dedup();
        fields
    }
}

/// Reports an error unless `term` can be a value of `field`.
fn check_value(field: Field, term: &Term, at: &Range<usize>) -> Result<(), QueryError> {
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    if field == Field::Tier && (term.how != How::Folded || term.prefix || !term.words.iter().all(is_number)) {
        return Err(QueryError::new(at.clone(), "expected a number: the tier of an outlet")
            .hint("write tier:1 or tier:(1 OR 2)"));
    }
    if term.how != How::Folded {
        return Err(QueryError::new(at.clone(), "expected a value without = or ~")
            .hint(format!("write {0}:name, {0}:\"some words\" or {0}:beg*", field.name())));
    }
    Ok(())
}

/// Reports an error unless `node` consists of words, phrases, prefixes, or OR groups of these, which can be counted and
/// measured.
fn check_words(node: &Node, at: &Range<usize>, name: &str) -> Result<(), QueryError> {
    let found = match node {
        Node::Term(_) => return Ok(()),
        Node::Or(nodes) => return nodes.iter().try_for_each(|node| check_words(node, at, name)),
        Node::In { node, .. } => return check_words(node, at, name),
        Node::And(_) => "AND",
        Node::Not(_) => "NOT",
        Node::Near { .. } => "NEAR",
        Node::AtLeast { .. } => "ATLEAST",
    };
    Err(QueryError::new(
        at.clone(),
        format!("{name} takes words, phrases, prefixes and OR-groups of these, not {found}"),
    )
    .hint(match (name, found) {
        ("ATLEAST", _) => "write ATLEAST/3 a AND ATLEAST/3 b".to_owned(),
        (_, "AND") => format!("write a {name}/5 b AND a {name}/5 c"),
        (_, "NOT") => format!("write a {name}/5 b NOT c"),
        _ => format!("write a {name}/5 b AND …"),
    }))
}

fn unclosed(at: Range<usize>) -> QueryError {
    QueryError::new(at, "this bracket is not closed").hint("write a ) where its group ends")
}

fn token_name(token: &Token) -> &'static str {
    match token {
        Token::And => "AND",
        Token::Or => "OR",
        Token::Not => "NOT",
        Token::Near { ordered: true, .. } => "ONEAR",
        Token::Near { .. } => "NEAR",
        Token::AtLeast(_) => "ATLEAST",
        Token::Minus => "-",
        Token::Open => "(",
        Token::Close => ")",
        Token::Field(_) | Token::Term(_) => "a word",
    }
}

/// Joins `nodes` into one node, merging nested nodes of the same operator.
fn joined(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node, open: fn(Node) -> Result<Vec<Node>, Node>) -> Node {
    if nodes.len() == 1
        && let Some(only) = nodes.pop()
    {
        return only;
    }
    let mut flat = Vec::with_capacity(nodes.len());
    for node in nodes {
        match open(node) {
            Ok(inner) => flat.extend(inner),
            Err(node) => flat.push(node),
        }
    }
    join(flat)
}
