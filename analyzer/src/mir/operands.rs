//! What a value is made of.

use super::{FormatPiece, Operand, Rvalue};

impl Rvalue {
    /// Its operands, in the order in which they are evaluated. A function that is named is none.
    pub fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Use(operand)
            | Self::Unary(_, operand)
            | Self::Field(operand, _)
            | Self::TupleField(operand, _)
            | Self::IsVariant(operand, _)
            | Self::Payload(operand, _, _)
            | Self::Convert(_, operand)
            | Self::Iterate(operand) => vec![operand],
            Self::Binary(_, left, right) | Self::Index(left, right) => vec![left, right],
            Self::Slice(base, start, end) => {
                [Some(base), start.as_ref(), end.as_ref()].into_iter().flatten().collect()
            }
            Self::List(parts)
            | Self::Set(parts)
            | Self::Tuple(parts)
            | Self::Struct(_, parts)
            | Self::Variant(_, parts)
            | Self::Closure(_, parts) => parts.iter().collect(),
            Self::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Self::Format(pieces) => pieces
                .iter()
                .filter_map(|piece| match piece {
                    FormatPiece::Value { value, .. } => Some(value),
                    FormatPiece::Text(_) => None,
                })
                .collect(),
            Self::Function(_) | Self::Constant(_) | Self::TaskLocal(_) => Vec::new(),
        }
    }
}
