//! The whole way of a backup: captured, kept, told of, held against its receipt.

mod captured;
mod checked;
mod hollow;
mod receipts;
mod selected;
