namespace Mes.Tests.Caching.Support;

/// <summary>The places between the service and its ports at which an interleaving can be held.</summary>
internal enum Seam
{
    BeforeBegin,
    AfterFind,
    BeforePut,
    BeforeCommit,
    AfterCommit,
}
