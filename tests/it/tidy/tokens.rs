//! What the tokens of a file say: which names it uses, and which items have no doc comment.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// First names of the paths that begin at `start`: `start::a`, `start::{a, b::c}`.
pub fn named(tokens: TokenStream, start: &str, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            named(group.stream(), start, found);
        }
        let TokenTree::Ident(ident) = token else {
            continue;
        };
        let is_path = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        if ident != start || !is_path(index + 1) || !is_path(index + 2) {
            continue;
        }
        match tokens.get(index + 3) {
            Some(TokenTree::Ident(name)) => found.push(name.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let mut first = true;
                for token in group.stream() {
                    match token {
                        TokenTree::Ident(name) if first => {
                            found.push(name.to_string());
                            first = false;
                        }
                        TokenTree::Punct(punct) if punct.as_char() == ',' => first = true,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

pub fn idents(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => idents(group.stream(), found),
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            _ => {}
        }
    }
}

/// Public items without a doc comment. Fields and variants need none where their name says it all.
pub fn undocumented(tokens: TokenStream, found: &mut Vec<String>) {
    const ITEMS: [&str; 6] = ["fn", "struct", "enum", "trait", "type", "const"];
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut told, mut at) = (false, 0);
    while let Some(token) = tokens.get(at) {
        let word = |at: usize| match tokens.get(at) {
            Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
            _ => None,
        };
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                    told |= attribute.stream().to_string().starts_with("doc");
                    at += 1;
                }
            }
            TokenTree::Ident(ident) if ident == "pub" => {
                let words = (at + 1..at + 3).map_while(|at| Some((at, word(at)?)));
                let kind = words
                    .filter(|(_, word)| ITEMS.contains(&word.as_str()))
                    .map(|(at, _)| at)
                    .next();
                // A macro's item has its doc from where it is used.
                if let Some(name) = kind.and_then(|kind| word(kind + 1))
                    && !told
                {
                    found.push(name);
                }
            }
            TokenTree::Group(group) => {
                undocumented(group.stream(), found);
                told = false;
            }
            _ => told = false,
        }
        at += 1;
    }
}
