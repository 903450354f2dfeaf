//! The whole way of a backup: captured, kept, told of, held against its receipt.

mod captured;
mod checked;
mod receipts;
mod selected;
