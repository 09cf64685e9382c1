//! Files that are read and written for as long as nobody interrupts.

use std::io::{Error, Read, Result, Write};

use crate::engine::Interrupt;

/// A file that fails as soon as it is not wanted any more.
pub(crate) struct Wanted<F> {
    pub(crate) file: F,
    pub(crate) interrupt: Interrupt,
}

impl<F> Wanted<F> {
    fn check(&self) -> Result<()> {
        if self.interrupt.is_raised() { Err(Error::other("interrupted")) } else { Ok(()) }
    }
}

impl<F: Read> Read for Wanted<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.check()?;
        self.file.read(buffer)
    }
}

impl<F: Write> Write for Wanted<F> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.check()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.check()?;
        self.file.flush()
    }
}
