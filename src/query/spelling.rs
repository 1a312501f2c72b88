//! The canonical spelling of a query, which parses to the same query.

use std::fmt;

use super::ast::{How, Node, Term};
use super::lexer::reads_as_operator;

impl Node {
    /// The precedence of the node's operator: a node in place of one with higher precedence needs brackets.
    fn precedence(&self) -> u8 {
        match self {
            Node::Or(_) => 0,
            Node::And(_) => 1,
            Node::Near { .. } => 2,
            Node::Not(_) | Node::AtLeast { .. } => 3,
            Node::Term(_) | Node::In { .. } => 4,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, at_least: u8) -> fmt::Result {
        if self.precedence() < at_least {
            f.write_str("(")?;
            self.write(f, 0)?;
            return f.write_str(")");
        }
        match self {
            Node::Term(term) => write!(f, "{term}"),
            Node::Not(node) => {
                f.write_str("NOT ")?;
                node.write(f, 3)
            }
            Node::And(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    match node {
                        _ if i == 0 => {}
                        Node::Not(_) => f.write_str(" ")?,
                        _ => f.write_str(" AND ")?,
                    }
                    node.write(f, 2)?;
                }
                Ok(())
            }
            Node::Or(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" OR ")?;
                    }
                    node.write(f, 1)?;
                }
                Ok(())
            }
            Node::Near { ordered, distance, left, right } => {
                left.write(f, 3)?;
                write!(f, " {}NEAR/{distance} ", if *ordered { "O" } else { "" })?;
                right.write(f, 3)
            }
            Node::AtLeast { times, of } => {
                write!(f, "ATLEAST/{times} ")?;
                of.write(f, 3)
            }
            Node::In { field, node } => {
                write!(f, "{}:", field.name())?;
                node.write(f, 4)
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.how {
            How::Folded => "",
            How::Exact => "=",
            How::Stem => "~",
        })?;
        let star = if self.prefix { "*" } else { "" };
        match self.words.as_slice() {
            [word] if !reads_as_operator(word) && !word.contains(char::is_whitespace) => write!(f, "{word}{star}"),
            words => write!(f, "\"{}{star}\"", words.join(" ")),
        }
    }
}
